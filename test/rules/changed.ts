import type { KubeObject, Pod, Workload } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { logEvidence, type Recorded, recorded, sweepOf } from "./recorded.ts";

type Any = KubeObject & Record<string, unknown>;

export interface Scene {
  readonly objects: Any[];
  readonly logs: Map<string, string>;
  one<T extends KubeObject = Any>(kind: string): T;
  pod(): Pod;
  workload(): Workload;
  add(...objects: Partial<Any>[]): void;
  /** The previous log of the only pod's first container. */
  previousLog(text: string): void;
  log(text: string): void;
}

const sceneOf = (world: Recorded): Scene => {
  const objects = structuredClone(world.objects) as Any[];
  const logs = new Map<string, string>();
  const one = <T extends KubeObject>(kind: string): T => {
    const found = objects.find(
      (object) => object.kind === kind && (object.metadata.namespace ?? world.namespace) === world.namespace,
    );
    if (!found) throw new Error(`no ${kind} in ${world.name}`);
    return found as unknown as T;
  };
  return {
    objects,
    logs,
    one,
    pod: () => one<Pod>("Pod"),
    workload: () => one<Workload>("Deployment"),
    add: (...more) => {
      for (const object of more)
        objects.push({
          apiVersion: "v1",
          ...object,
          metadata: { namespace: world.namespace, ...object.metadata },
        } as Any);
    },
    previousLog: (text) => logs.set("previous", text),
    log: (text) => logs.set("current", text),
  };
};

/** A recorded world in which only what the test names is different. */
export const changed = (name: string, change: (scene: Scene) => void) => {
  const world = recorded(name);
  const scene = sceneOf(world);
  change(scene);
  const pods = scene.objects.filter(({ kind }) => kind === "Pod") as unknown as Pod[];
  const logs = pods
    .slice(0, 1)
    .flatMap(({ metadata, spec }) =>
      [...scene.logs].map(([life, text]) =>
        logEvidence(world.namespace, metadata.name, spec.containers[0]?.name ?? "", life === "previous", text),
      ),
    );
  const own = scene.logs.size > 0 ? logs : world.evidence.filter(({ question }) => question.ask === "logs");
  return { evidence: [...sweepOf(world.namespace, scene.objects), ...own], now: world.now, namespace: world.namespace };
};

/** What is found in it, sure findings only, as "class Kind/name". */
export const foundIn = (name: string, change: (scene: Scene) => void): string[] => {
  const { evidence, now } = changed(name, change);
  return scan(evidence, now)
    .filter(({ confidence }) => confidence >= 0.85)
    .map((one) => `${one.class} ${one.object.kind}/${one.object.name}`);
};

/** An event about an object of the scene, a moment before the recording. */
export const event = (about: KubeObject, reason: string, message: string, at: string, count = 5): Partial<Any> => ({
  kind: "Event",
  metadata: { name: `${about.metadata.name}.${reason}.${message.length}` },
  involvedObject: {
    kind: about.kind,
    namespace: about.metadata.namespace,
    name: about.metadata.name,
    ...(about.metadata.uid ? { uid: about.metadata.uid } : {}),
  },
  type: "Warning",
  reason,
  message,
  count,
  lastTimestamp: at,
});
