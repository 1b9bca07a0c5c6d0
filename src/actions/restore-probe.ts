import { canonical, sha256 } from "../incident/canonical.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import type { KubeObject, Workload } from "../incident/kube.ts";
import type { ProbeKind } from "../incident/plan.ts";
import { wasHealthy } from "./health.ts";
import { historyKind, type Revision, type Template, templateHash, templateOf } from "./revisions.ts";
import { kubectlName, moved, podsOf, unfit, type VerbSpec, workloadKinds } from "./verb.ts";
import { wellAgain } from "./well-again.ts";

const kindFor: Partial<Record<FaultClass, ProbeKind>> = {
  "readiness-probe-wrong": "readinessProbe",
  "liveness-probe-wrong": "livenessProbe",
  "liveness-probe-too-eager": "livenessProbe",
};

/**
 * Puts one probe of a former, healthy revision back and leaves the rest of the new one, where the new revision brought
 * more than the probe. Where it brought nothing else, the whole rollout is undone instead.
 */
export const restoreProbe: VerbSpec<"restore-probe", Workload> = {
  verb: "restore-probe",
  classes: Object.keys(kindFor) as FaultClass[],
  targets: workloadKinds,
  near: [],
  grounds: ["Pod"],
  fit(scene) {
    const { live, cause, revisions } = scene;
    const kind = kindFor[cause.class];
    const [current, former] = revisions;
    if (!kind || !current || !former) return unfit("there is no former revision to take the probe from");
    if (live.spec.paused) return unfit("its rollout is paused, so a new probe would not be carried out");
    if (current.templateHash !== templateHash(live.spec.template))
      return unfit("its newest revision is not yet recorded");
    if (wasHealthy(scene, former) === null) return unfit("the former revision is not shown to have been healthy");
    const changed = changedProbes(former.template, current.template, kind);
    const [container, ...others] = changed;
    if (container === undefined || others.length > 0)
      return unfit(`not exactly one ${kind} changed with the newest revision`);
    if (!broughtMore(former.template, current.template, container, kind))
      return unfit("the rollout brought only the probe, undo it whole");
    const to = keptAs(former);
    const from = keptAs(current);
    const describe = (revision: number) =>
      `kubectl edit ${kubectlName(live)}   # ${kind} of container ${container} as in revision ${revision}`;
    return {
      kind: "fits",
      draft: {
        params: { ...to, container, probe: kind, from },
        risk: "medium",
        command: describe(to.toRevision),
        undo: { command: `kubectl rollout undo ${kubectlName(live)} --to-revision=${from.toRevision}`, exact: true },
        effect: `Replaces its pods; container ${container} gets the ${kind} of revision ${to.toRevision} back and keeps all else of revision ${from.toRevision}.`,
        pods: podsOf(live),
      },
    };
  },
  source: (live, { replicaSet }) => ({ kind: historyKind(live.kind), name: replicaSet }),
  change(live, { container, probe, templateHash: approved, toRevision }, source) {
    const template = source === null ? null : templateOf(source as KubeObject);
    if (template === null) return moved(`revision ${toRevision} is no longer kept`);
    if (templateHash(template) !== approved) return moved(`revision ${toRevision} is not what it was`);
    const at = live.spec.template.spec.containers.findIndex(({ name }) => name === container);
    if (at < 0) return moved(`there is no container ${container} any more`);
    const former = template.spec.containers.find(({ name }) => name === container)?.[probe];
    const path = `/spec/template/spec/containers/${at}`;
    const has = live.spec.template.spec.containers[at]?.[probe] !== undefined;
    if (former === undefined && !has) return moved(`container ${container} has no ${probe} any more`);
    return {
      kind: "patch",
      patch: [
        { op: "test", path: `${path}/name`, value: container },
        former === undefined
          ? { op: "remove", path: `${path}/${probe}` }
          : { op: "add", path: `${path}/${probe}`, value: former },
      ],
    };
  },
  ended: wellAgain,
  inverse: ({ toRevision, replicaSet, templateHash: hash, from, ...same }) => ({
    verb: "restore-probe",
    params: { ...same, ...from, from: { toRevision, replicaSet, templateHash: hash } },
  }),
};

const keptAs = ({ number, name, templateHash: hash }: Revision) => ({
  toRevision: number,
  replicaSet: name,
  templateHash: hash,
});

const changedProbes = (former: Template, current: Template, kind: ProbeKind): string[] =>
  current.spec.containers
    .filter((container) => {
      const was = former.spec.containers.find(({ name }) => name === container.name);
      // A probe that was not there before is not put back: without it, ready would mean less than it did.
      return was?.[kind] !== undefined && canonical(was[kind]) !== canonical(container[kind]);
    })
    .map(({ name }) => name);

const broughtMore = (former: Template, current: Template, container: string, kind: ProbeKind): boolean => {
  const bare = ({ spec }: Template) =>
    sha256({
      ...spec,
      containers: spec.containers.map((one) => (one.name === container ? { ...one, [kind]: null } : one)),
    });
  return bare(former) !== bare(current);
};
