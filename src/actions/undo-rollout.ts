import type { FaultClass } from "../incident/fault-classes.ts";
import type { KubeObject, Workload } from "../incident/kube.ts";
import { parseQuantity } from "../incident/quantity.ts";
import type { JsonPatchOperation } from "../ports/actuator.ts";
import { broughtBy, differs, needsTiming } from "./began-with.ts";
import { unstick } from "./delete-pod.ts";
import { beganWithNewest, wasHealthy } from "./health.ts";
import { pointer } from "./intent.ts";
import { historyKind, type Revision, templateHash, templateOf } from "./revisions.ts";
import {
  type Draft,
  type Ground,
  kubectlName,
  podsOf,
  type Scene as SceneOf,
  unfit,
  type VerbSpec,
  workloadKinds,
} from "./verb.ts";
import { wellAgain } from "./well-again.ts";

type Undo = VerbSpec<"undo-rollout", Workload>;
type Scene = SceneOf<Workload>;

/** Puts the pod template of a former, once healthy revision back. */
export const undoRollout: Undo = {
  verb: "undo-rollout",
  classes: Object.keys(broughtBy) as FaultClass[],
  targets: workloadKinds,
  near: [],
  grounds: ["Pod"],
  fit(scene) {
    const [current, ...older] = scene.revisions;
    const part = broughtBy[scene.cause.class];
    if (!current || !part) return unfit("its rollout history could not be read");
    if (scene.live.spec.paused) return unfit("its rollout is paused, so an undo would not be carried out");
    if (current.templateHash !== templateHash(scene.live.spec.template))
      return unfit("its newest revision is not yet recorded, look again in a moment");
    const others = older.filter(({ templateHash: hash }) => hash !== current.templateHash);
    if (others.length === 0) return unfit(`revision ${current.number} is the only one, there is nothing to undo to`);
    const former = best(scene, others);
    if (!former) return unfit("no former revision can be shown to have been healthy");
    if (!differs(part, former.template, current.template)) return unfit(sameIn(former));
    if (needsTiming(part) && former.ready === 0 && !beganWithNewest(scene))
      return unfit(`the trouble did not begin with revision ${current.number}`);
    if (scene.cause.class === "oom-limit-too-low" && !loweredMemory(former, current))
      return unfit(`revision ${current.number} did not lower the memory limit`);
    return { kind: "fits", draft: draft(scene, current, former) };
  },
  source: (live, { replicaSet }) => ({ kind: historyKind(live.kind), name: replicaSet }),
  change(live, { templateHash: approved, toRevision, withCause }, source) {
    const template = source === null ? null : templateOf(source);
    if (source === null || template === null) return { kind: "moved", why: `revision ${toRevision} is no longer kept` };
    if (templateHash(template) !== approved) return { kind: "moved", why: `revision ${toRevision} is not what it was` };
    const text = withCause === false ? [] : causeChange(live, source, withCause === true);
    return { kind: "patch", patch: [{ op: "replace", path: "/spec/template", value: template }, ...text] };
  },
  ended: (ground) => wellAgain(ground) ?? formerSick(ground),
  follow: ({ live, evidence }) => unstick(live, evidence),
  inverse({ from, ...to }) {
    return from === undefined ? null : { verb: "undo-rollout", params: { ...from, from: to } };
  },
};

/** The pods of the revision that it would go back to are sick as well now, so it is not this rollout's doing. */
const formerSick = ({ source, params: { toRevision } }: Ground<"undo-rollout", Workload>): string | null => {
  const { replicas = 0, readyReplicas = 0 } = (source as Workload | null)?.status ?? {};
  return replicas > 0 && readyReplicas === 0 ? `none of the pods of revision ${toRevision} is ready now` : null;
};

const changeCause = "kubernetes.io/change-cause";

/** The history text belongs to the template, as with kubectl; all other annotations stay the object's own. */
const causeChange = (live: Workload, source: KubeObject, mayGo: boolean): JsonPatchOperation[] => {
  const [is, kept] = [live, source].map(({ metadata }) => metadata.annotations?.[changeCause]);
  const path = `/metadata/annotations/${pointer(changeCause)}`;
  if (is === kept || live.metadata.annotations === undefined) return [];
  if (kept !== undefined) return [{ op: "add", path, value: kept }];
  return mayGo ? [{ op: "remove", path }] : [];
};

/** Only where the revision that we leave keeps the text too: what it does not keep could not be put back. */
const carriesCause = ({ live }: Scene, current: Revision): boolean =>
  live.kind === "Deployment" && (live.metadata.annotations?.[changeCause] ?? null) === current.changeCause;

// A revision with ready pods beats a newer one without: the newer one was never rolled out whole.
const best = (scene: Scene, older: readonly Revision[]): Revision | undefined =>
  older.find(({ ready }) => ready > 0) ?? older.slice(0, 1).find((revision) => wasHealthy(scene, revision) !== null);

/** Only what was seen: the templates agree. What else the pods read (ConfigMaps, Secrets) was not compared. */
const sameIn = ({ number, ready }: Revision): string =>
  ready > 0
    ? `revision ${number} is the same in what could bring this about, and ${ready} of its pods run: look at what the pods read from outside of their template, e.g. ConfigMaps and Secrets`
    : `revision ${number} is the same in what could bring this about, so an undo would change nothing that matters`;

const loweredMemory = (former: Revision, current: Revision): boolean =>
  current.template.spec.containers.some(({ name, resources }) => {
    const before = former.template.spec.containers.find((container) => container.name === name);
    const [was, is] = [parseQuantity(before?.resources?.limits?.memory), parseQuantity(resources?.limits?.memory)];
    return before !== undefined && is !== null && (was === null || is < was);
  });

const keptAs = ({ number, name, templateHash: hash }: Revision) => ({
  toRevision: number,
  replicaSet: name,
  templateHash: hash,
});

const draft = (scene: Scene, current: Revision, former: Revision): Draft<"undo-rollout"> => {
  const name = kubectlName(scene.live);
  const withCause = carriesCause(scene, current);
  const ordinals =
    scene.live.kind === "StatefulSet" ? " A pod that is stuck in the bad revision has to be deleted then." : "";
  return {
    params: { ...keptAs(former), withCause, from: { ...keptAs(current), withCause } },
    pods: podsOf(scene.live),
    risk: scene.live.kind === "Deployment" ? "low" : "medium",
    command: `kubectl rollout undo ${name} --to-revision=${former.number}`,
    undo: { command: `kubectl rollout undo ${name} --to-revision=${current.number}`, exact: true },
    effect:
      `Replaces the pods of revision ${current.number} by pods of revision ${former.number}` +
      ` (${wasHealthy(scene, former) ?? "not shown healthy"}), as its rollout strategy allows.${ordinals}`,
  };
};
