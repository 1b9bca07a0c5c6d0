import { verbSpec } from "../actions/catalogue.ts";
import { intentOf } from "../actions/intent.ts";
import { selectorText } from "../actions/selector.ts";
import { type Change, type Ground, moved, type VerbSpec } from "../actions/verb.ts";
import { objectVersion } from "../actions/version.ts";
import { lockedWrite } from "../actions/write.ts";
import { isKind, type Kind, kinds } from "../incident/kinds.ts";
import type { KubeObject, Workload } from "../incident/kube.ts";
import type { Action } from "../incident/plan.ts";
import { unreadableText } from "../incident/readable.ts";
import { refText } from "../incident/subject.ts";
import type { Performed, Write } from "../ports/actuator.ts";
import type { Cluster } from "../ports/cluster.ts";
import { PortError } from "../ports/port-error.ts";
import { readList } from "../tools/read-list.ts";

const tries = 5;

export type Intended = Pick<Action, "verb" | "target" | "params">;
/** Of a change that a plan justified: what it rests on is looked at once more. An undo rests on nothing but our own write. */
export type Asked = Pick<Ground, "cause" | "madeAt" | "now">;
export type Tried =
  /** `before` is null when an earlier life did it. */
  | { kind: "applied"; object: KubeObject; before: KubeObject | null; did: "patch" | "delete" | "create" }
  | Extract<Performed, { kind: "refused" }>
  /** Not the object that was approved any more; nothing was written. */
  | { kind: "changed"; message: string; gone?: boolean };

/** The exact change for the object as it was just read, with the content it takes from elsewhere read again. */
export const readChange = async (
  cluster: Cluster,
  live: KubeObject,
  { verb, params }: Intended,
  asked?: Asked,
): Promise<Change> => {
  const spec = verbSpec(verb);
  const source = spec.source(live, params);
  const { grounds = [] } = spec;
  const needed = asked === undefined ? spec.near.filter((kind) => !grounds.includes(kind)) : spec.near;
  const [content, near, more] = await Promise.all([
    source && cluster.get(source.kind, live.metadata.namespace ?? null, source.name),
    readNear(cluster, { near: needed }, live),
    asked === undefined ? null : readGrounds(cluster, spec, live),
  ]);
  const ended = asked && more && spec.ended({ live, params, source: content, ...joined(near, more), ...asked });
  return ended ? moved(ended) : spec.change(live, params, content, near);
};

type Grounds = Pick<Ground, "near" | "untold">;

/** What only `ended` looks at. It forbids nothing by itself, so a list that nobody can read whole is left out, and named. */
const readGrounds = async (
  cluster: Cluster,
  { near, grounds = [] }: Pick<VerbSpec, "near" | "grounds">,
  live: KubeObject,
): Promise<Grounds> => {
  const only = grounds.filter((kind) => !near.includes(kind));
  const lists = await Promise.all(
    only.map((kind) =>
      readNear(cluster, { near: [kind] }, live).catch((error: unknown) => {
        if (error instanceof PortError && (error.reason === "too-large" || error.reason === "invalid")) return null;
        throw error;
      }),
    ),
  );
  return { near: lists.flatMap((list) => list ?? []), untold: only.filter((_, at) => lists[at] === null) };
};

const joined = (near: readonly KubeObject[], { near: more, untold }: Grounds): Grounds => ({
  near: [...near, ...more],
  untold,
});

const mostNear = 1000;

/** What the preconditions of a verb look at beside the target. A list that was cut short proves nothing, so it throws. */
export const readNear = async (
  cluster: Cluster,
  { near }: Pick<VerbSpec, "near">,
  live: KubeObject,
): Promise<KubeObject[]> => {
  const lists = await Promise.all(
    near.map(async (kind) => {
      const namespace = kinds[kind].namespaced ? (live.metadata.namespace ?? null) : null;
      const { objects, truncated, unreadable } = await readList(cluster, {
        kind,
        namespace,
        selector: ofIts(kind, live),
        limit: mostNear,
      });
      if (truncated)
        throw new PortError("cluster", "too-large", `there are more than ${mostNear} objects of kind ${kind}`);
      // The one that cannot be read may be the one that forbids it.
      const [broken] = unreadable;
      if (broken) throw new PortError("cluster", "invalid", unreadableText(broken));
      return objects;
    }),
  );
  return lists.flat();
};

/** Only its own pods and endpoints, where its kind tells them: a namespace may hold thousands of others. */
const ofIts = (kind: Kind, live: KubeObject): string | null => {
  if (kind === "EndpointSlice") return `kubernetes.io/service-name=${live.metadata.name}`;
  const selector = kind === "Pod" && live.kind !== "Node" ? (live as Workload).spec.selector : undefined;
  return selector === undefined ? null : selectorText(selector) || null;
};

/**
 * One write, locked to the version that was approved. A crash loop moves the status, and with it the lock of the
 * server, every few seconds: as long as the version itself is the same, it is read afresh and tried again.
 */
export const tryWrite = async (
  cluster: Cluster,
  action: Intended,
  key: string,
  send: (write: Write) => Promise<Performed>,
  asked?: () => Asked,
): Promise<Tried> => {
  const kind = kindOf(action);
  const name = refText(action.target);
  for (let n = 0; n < tries; n++) {
    const live = await cluster.get(kind, action.target.namespace, action.target.name);
    if (live !== null && isSame(live, action) && intentOf(live) === key)
      return { kind: "applied", object: live, before: null, did: "patch" };
    const other = whyOther(live, action);
    if (live === null || other !== null)
      return { kind: "changed", message: `${name} ${other}`, gone: isGone(live, action) };
    const change = await readChange(cluster, live, action, asked?.());
    if (change.kind === "moved") return { kind: "changed", message: change.why };
    const made = change.kind === "create" ? await alreadyMade(cluster, change.object, key) : null;
    if (made !== null) return made;
    const performed = await send(lockedWrite(kind, live, change, key));
    if (performed.kind === "applied") return { ...performed, before: live, did: change.kind };
    if (performed.kind === "refused") return performed;
  }
  return { kind: "refused", message: `${name} moved at each of ${tries} tries; nothing was written` };
};

const isSame = ({ metadata }: KubeObject, { target }: Intended): boolean => metadata.uid === target.uid;

const isGone = (live: KubeObject | null, action: Intended): boolean => live === null || !isSame(live, action);

/** Why it is not the object that was approved, as it was approved. */
const whyOther = (live: KubeObject | null, action: Intended): string | null => {
  if (live === null) return "is gone";
  if (!isSame(live, action)) return "was made anew";
  if (objectVersion(live) !== action.target.version) return "was changed since";
  return live.metadata.deletionTimestamp ? "is being deleted" : null;
};

/** An object that was to be made and is there: by us, or by somebody else under the same name. */
const alreadyMade = async (cluster: Cluster, { kind, metadata }: KubeObject, key: string): Promise<Tried | null> => {
  const there = isKind(kind) ? await cluster.get(kind, metadata.namespace ?? null, metadata.name) : null;
  if (there === null) return null;
  return intentOf(there) === key
    ? { kind: "applied", object: there, before: null, did: "create" }
    : { kind: "changed", message: `${kind} ${metadata.name} is already there` };
};

export const kindOf = ({ target }: Pick<Action, "target">): Kind => {
  if (!isKind(target.kind)) throw new Error(`acting on ${refText(target)}: no kind that Nightshift knows`);
  return target.kind;
};
