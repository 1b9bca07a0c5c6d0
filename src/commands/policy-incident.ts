import { candidates, changeableFor } from "../actions/choose.ts";
import { managedElsewhere } from "../actions/ownership.ts";
import { scaledBy } from "../actions/scaled-by.ts";
import { objectsSeen } from "../actions/seen.ts";
import { targetOf } from "../actions/target.ts";
import type { Config } from "../config.ts";
import { openDatabase } from "../database.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Incident } from "../incident/incident.ts";
import { isKind } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";
import { workloadOf } from "../incident/pace.ts";
import type { Wish } from "../incident/ruling.ts";
import { type ObjectRef, refText } from "../incident/subject.ts";
import { makeLog } from "../log.ts";
import { readNear } from "../nodes/change.ts";
import { keeperOf } from "../nodes/keeper.ts";
import { placeOf } from "../nodes/propose-scene.ts";
import type { Cluster } from "../ports/cluster.ts";
import { PortError } from "../ports/port-error.ts";
import { changesLately } from "../store/changes.ts";
import { openEvidence } from "../store/evidence.ts";
import { readIncident, type StoredIncident } from "../store/incidents.ts";
import { UsageError } from "./command.ts";

/** A change that is asked about, and where its labels were read: null when they were read nowhere. */
export interface Asked {
  wish: Wish;
  labelsFrom: string | null;
  /** Who would take a direct change back; null when nobody is seen to, or the object was not read. */
  manager: string | null;
  /** The autoscaler that owns its replicas, where they are what is changed; null: none is seen. */
  scaler: string | null;
  /** Why it could not be told whether there is one, or who keeps it, so that nothing would be proposed; null: it could. */
  unprepared: string | null;
  /** Whether the number of pods was planned or said; without either, the wish has none and no bound of pods is against it. */
  podsKnown: boolean;
  /** How many pods the object runs now, by its own status; null where the cluster did not give it or it runs none of its own. */
  runs: number | null;
  /** ISO times of the changes of its workload within the last hour; null: no workload is named. */
  changes: string[] | null;
}

export type Given = Partial<Pick<Wish, "risk" | "pods" | "labels">>;

type Thought = Pick<Wish, "verb" | "risk" | "pods"> & { target: ObjectRef; workload: string; uid: string };

/** The changes of its plan; without one, every verb that answers its diagnosis, with the target that it would be proposed for. */
const thoughtsOf = async (
  { state, subject }: StoredIncident,
  base: Wish,
  evidence: () => Promise<readonly Evidence[]>,
): Promise<Thought[]> => {
  const { plan = null, diagnosis = null } = state ?? {};
  if (plan?.kind === "actions")
    return plan.actions.map((action) => {
      const { verb, risk, pods = 0, target } = action;
      return { verb, risk, pods, target, workload: workloadOf(action), uid: target.uid };
    });
  if (diagnosis?.kind !== "cause") return [];
  const { class: name } = diagnosis;
  const seen = await evidence();
  const chosen = targetOf(subject, diagnosis, seen, changeableFor(name));
  if (chosen.kind === "none") return [];
  return candidates(name, chosen.ref.kind).flatMap((spec) => {
    const target = placeOf(spec, chosen.ref, seen);
    if (target === null) return [];
    const { verb } = spec;
    const workload = [target.kind, target.namespace ?? "", target.name].join("/");
    // Only a plan tells how many pods a change touches.
    return [{ verb, risk: base.risk, pods: 0, target, workload, uid: "" }];
  });
};

interface Read {
  labels: Record<string, string>;
  from: string | null;
  manager: string | null;
  unprepared: string | null;
  runs: number | null;
}

/** As its controller counts them. */
const podsOf = ({ status }: KubeObject): number | null => {
  const { replicas, currentNumberScheduled } = Object(status) as Record<string, unknown>;
  const count = replicas ?? currentNumberScheduled;
  return typeof count === "number" ? count : null;
};

const readFrom = (object: KubeObject, from: string): Read => ({
  labels: object.metadata.labels ?? {},
  from,
  manager: managedElsewhere(object),
  unprepared: null,
  runs: podsOf(object),
});

const failure = (error: unknown): PortError => {
  if (error instanceof PortError) return error;
  throw error;
};

/** Where owners cannot be asked, `serve` would not propose: nobody can tell that nobody keeps it. */
const keptOf = async (cluster: Cluster, live: KubeObject): Promise<Pick<Read, "manager" | "unprepared">> => {
  const keeper = await keeperOf(cluster, live).catch(failure);
  return keeper instanceof PortError
    ? { manager: null, unprepared: keeper.message }
    : { manager: keeper, unprepared: null };
};

/** As the cluster has it now, which is what `serve` would ask; else as it was last seen. */
const readOf = async (
  cluster: Cluster | null,
  { kind, namespace, name }: ObjectRef,
  seen: () => Promise<KubeObject | undefined>,
): Promise<Read> => {
  const live = cluster !== null && isKind(kind) ? await cluster.get(kind, namespace, name).catch(() => null) : null;
  if (live !== null && cluster !== null)
    return { ...readFrom(live, "the cluster, now"), ...(await keptOf(cluster, live)) };
  const before = await seen();
  return before === undefined
    ? { labels: {}, from: null, manager: null, unprepared: null, runs: null }
    : { ...readFrom(before, "the incident's evidence: the cluster did not give the object now"), runs: null };
};

/** What an incident's diagnosis would be answered with, verb by verb; `given` stands for what would be read or planned. */
export const asksOf = async (
  config: Config,
  id: string,
  { base, given }: { base: Wish; given: Given },
  cluster: Cluster | null,
): Promise<Asked[]> => {
  const { pool, close } = await openDatabase(config, makeLog("error"), { migrate: false });
  try {
    const stored = await readIncident(pool, id);
    if (stored === null) throw new UsageError(`policy check: there is no incident ${id}`);
    const named = base.cluster === "" ? stored.subject.cluster : base.cluster;
    let opened: ReturnType<typeof openEvidence> | null = null;
    const evidence = (): ReturnType<typeof openEvidence> =>
      (opened ??= openEvidence(pool, id, stored.state?.evidence ?? []));
    const now = new Date(base.now);
    const thoughts = await thoughtsOf(stored, base, evidence);
    return await Promise.all(
      thoughts.map(async (one) => {
        const { target, workload, uid, ...thought } = one;
        const seen = async () => seenIn(await evidence(), target);
        const { labels, from, manager, runs, unprepared } = await readOf(cluster, target, seen);
        const scaled = await scalerOf(cluster, one, evidence);
        const about = { cluster: named, namespace: target.namespace, class: classOf(stored.state), labels };
        const read = from === null ? null : `${refText(target)}, from ${from}`;
        return {
          wish: { ...base, ...thought, ...about, ...given },
          labelsFrom: given.labels === undefined ? read : "--labels",
          manager,
          scaler: scaled.scaler,
          unprepared: unprepared ?? scaled.unprepared,
          runs,
          podsKnown: stored.state?.plan?.kind === "actions" || given.pods !== undefined,
          changes: await changesLately(pool, { workload, uid, now }),
        };
      }),
    );
  } finally {
    await close();
  }
};

/** As the cluster has them now; else as they were last seen. */
const scalerOf = async (
  cluster: Cluster | null,
  { verb, target: { kind, namespace, name } }: Thought,
  evidence: () => ReturnType<typeof openEvidence>,
): Promise<Pick<Asked, "scaler" | "unprepared">> => {
  const none = { scaler: null, unprepared: null };
  if (verb !== "scale-workload" || namespace === null) return none;
  const scaled = { apiVersion: "", kind, metadata: { name, namespace } };
  const near = await (cluster === null
    ? null
    : readNear(cluster, { near: ["HorizontalPodAutoscaler"] }, scaled)
  )?.catch(failure);
  if (near instanceof PortError) return { ...none, unprepared: near.message };
  const seen = near ?? objectsSeen<KubeObject>(await evidence(), "HorizontalPodAutoscaler");
  const inPlace = seen.filter(({ metadata }) => metadata.namespace === namespace);
  return { ...none, scaler: scaledBy(inPlace, scaled)?.metadata.name ?? null };
};

const seenIn = (evidence: Parameters<typeof objectsSeen>[0], { kind, namespace, name }: ObjectRef) =>
  objectsSeen<KubeObject>(evidence, kind).find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? null) === namespace,
  );

const classOf = (state: Incident | null): Wish["class"] =>
  state?.diagnosis?.kind === "cause" ? state.diagnosis.class : null;
