import { verbSpec } from "../actions/catalogue.ts";
import { intentOf } from "../actions/intent.ts";
import type { Change } from "../actions/verb.ts";
import { objectVersion } from "../actions/version.ts";
import { lockedWrite } from "../actions/write.ts";
import { isKind, type Kind } from "../incident/kinds.ts";
import type { KubeObject, Workload } from "../incident/kube.ts";
import type { Action } from "../incident/plan.ts";
import { refText } from "../incident/subject.ts";
import type { Performed, Write } from "../ports/actuator.ts";
import type { Cluster } from "../ports/cluster.ts";

const tries = 5;

export type Intended = Pick<Action, "verb" | "target" | "params">;
export type Tried =
  | Extract<Performed, { kind: "applied" | "refused" }>
  /** Not the object that was approved any more; nothing was written. */
  | { kind: "changed"; message: string };

/** The exact change for the object as it was just read, with the content it takes from elsewhere read again. */
export const readChange = async (cluster: Cluster, live: KubeObject, { verb, params }: Intended): Promise<Change> => {
  const spec = verbSpec(verb);
  const source = spec.source(live, params);
  const content = source && (await cluster.get(source.kind, live.metadata.namespace ?? null, source.name));
  return spec.change(live as Workload, params, content);
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
): Promise<Tried> => {
  const kind = kindOf(action);
  const name = refText(action.target);
  for (let n = 0; n < tries; n++) {
    const live = await cluster.get(kind, action.target.namespace, action.target.name);
    if (live === null) return { kind: "changed", message: `${name} is gone` };
    if (live.metadata.uid !== action.target.uid) return { kind: "changed", message: `${name} was made anew` };
    if (intentOf(live) === key) return { kind: "applied", object: live };
    if (objectVersion(live) !== action.target.version) return { kind: "changed", message: `${name} was changed since` };
    const change = await readChange(cluster, live, action);
    if (change.kind === "moved") return { kind: "changed", message: change.why };
    const performed = await send(lockedWrite(kind, live, change.patch, key));
    if (performed.kind !== "conflict") return performed;
  }
  return { kind: "refused", message: `${name} moved at each of ${tries} tries; nothing was written` };
};

export const kindOf = ({ target }: Pick<Action, "target">): Kind => {
  if (!isKind(target.kind)) throw new Error(`acting on ${refText(target)}: no kind that Nightshift knows`);
  return target.kind;
};
