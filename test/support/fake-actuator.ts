import { patched } from "../../src/actions/patched.ts";
import { canonical } from "../../src/incident/canonical.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Actuator, PatchWrite, Performed, Write } from "../../src/ports/actuator.ts";
import type { Cluster } from "../../src/ports/cluster.ts";
import { PortError } from "../../src/ports/port-error.ts";

export interface Behaviour {
  /** Runs before a write lands; what it throws reaches the caller, and nothing is written. */
  before?: () => void;
  /** Runs after a write landed; what it throws reaches the caller, who then does not know. */
  after?: () => void;
  refuse?: string;
  /** A server that does not look at `test` operations: only for controls that show a test has teeth. */
  careless?: boolean;
}

const locks = ["/metadata/uid", "/metadata/resourceVersion"];

/** A Kubernetes of a few objects: reads and writes as the API server does them, generation and version included. */
export const fakeKubernetes = (initial: readonly object[]) => {
  const objects = new Map((initial as KubeObject[]).map((object) => [idOf(object), structuredClone(object)]));
  const writes: Write[] = [];
  const behaviour: Behaviour = {};
  let counter = 1000;

  const put = (object: KubeObject): void => {
    const former = objects.get(idOf(object));
    const moved = canonical(former?.spec) !== canonical(object.spec);
    const { generation } = former?.metadata ?? {};
    const metadata = { ...object.metadata, resourceVersion: `${counter++}` };
    // A status moves no generation, and gives none to what has none, as a node.
    if (moved || generation !== undefined) metadata.generation = (generation ?? 1) + (moved ? 1 : 0);
    objects.set(idOf(object), { ...object, metadata });
  };
  const attempt = (write: Write): Performed => {
    const live = objects.get(`${write.kind}/${write.namespace ?? ""}/${write.name}`);
    if (behaviour.refuse !== undefined) return { kind: "refused", message: behaviour.refuse };
    if (write.do === "create")
      return live ? { kind: "conflict", message: "already exists" } : { kind: "applied", object: write.object };
    if (!live) return { kind: "refused", message: "not found" };
    if (write.do !== "delete") return patch(live, write);
    const { uid, resourceVersion } = live.metadata;
    return uid === write.uid && resourceVersion === write.resourceVersion
      ? { kind: "applied", object: live }
      : { kind: "conflict", message: "precondition failed" };
  };
  const patch = (live: KubeObject, { patch }: PatchWrite): Performed => {
    const careful = patch.filter(({ op, path }) => !(behaviour.careless && op === "test" && locks.includes(path)));
    try {
      return { kind: "applied", object: patched(live, careful) };
    } catch (error) {
      return { kind: "conflict", message: String(error) };
    }
  };

  const cluster: Cluster = {
    name: "test",
    get: async (kind, namespace, name) => structuredClone(objects.get(`${kind}/${namespace ?? ""}/${name}`) ?? null),
    list: async ({ kind, namespace, selector, limit }) => {
      const all = [...objects.values()].filter(
        ({ kind: is, metadata }) =>
          is === kind && (namespace === null || metadata.namespace === namespace) && matches(selector, metadata.labels),
      );
      return { objects: structuredClone(all.slice(0, limit)), truncated: all.length > limit };
    },
    names: async () => [],
    logs: async () => null,
  };
  const actuator: Actuator = {
    dryRun: async (write) => attempt(write),
    async perform(write) {
      behaviour.before?.();
      const performed = attempt(write);
      if (performed.kind === "applied") {
        writes.push(write);
        if (write.do === "delete") objects.delete(idOf(performed.object));
        else put(performed.object);
        performed.object = structuredClone(objects.get(idOf(performed.object)) ?? performed.object);
      }
      behaviour.after?.();
      return performed;
    },
  };
  const change = (ref: string, edit: (object: KubeObject) => void): void => {
    const copy = structuredClone(objects.get(ref));
    if (!copy) throw new Error(`no ${ref}`);
    edit(copy);
    put(copy);
  };
  return { cluster, actuator, writes, behaviour, change, objects, remove: (ref: string) => objects.delete(ref) };
};

export const lostAnswer = (): PortError =>
  new PortError("cluster", "timeout", "patching the object: no answer in 10 s");

const idOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;

const matches = (selector: string | null, labels: Record<string, string> = {}): boolean =>
  (selector ?? "")
    .split(",")
    .filter((part) => part !== "")
    .every((part) => labels[part.split("=")[0] ?? ""] === part.split("=")[1]);
