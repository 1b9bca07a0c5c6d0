import type { Workload } from "../incident/kube.ts";
import { coresText, parseQuantity } from "../incident/quantity.ts";
import { limitBounds, noLongerAllowed } from "./limit-bounds.ts";
import { podsSeen, seriesSeen } from "./seen.ts";
import { kubectlName, moved, podsOf, type Scene, unfit, type VerbSpec, workloadKinds } from "./verb.ts";

/** Gives one container more CPU, within what the policy allows. */
export const raiseCpuLimit: VerbSpec<"raise-cpu-limit", Workload> = {
  verb: "raise-cpu-limit",
  classes: ["cpu-throttled"],
  targets: workloadKinds,
  near: ["LimitRange", "ResourceQuota"],
  grounds: ["LimitRange", "ResourceQuota"],
  fit(scene) {
    const { live, policy } = scene;
    if (live.spec.paused) return unfit("its rollout is paused, so a new limit would not be carried out");
    const container = mostThrottled(scene);
    const from = live.spec.template.spec.containers.find(({ name }) => name === container)?.resources?.limits?.cpu;
    const now = parseQuantity(from);
    if (container === null || from === undefined || now === null)
      return unfit("no container with a CPU limit in its template is seen to be throttled");
    const { maxFactor, ceiling } = policy.cpuLimit;
    const bound = [
      { most: maxFactor * now, by: `policy allows ${maxFactor} times ${from}` },
      { most: parseQuantity(ceiling) ?? now, by: `policy allows at most ${ceiling}` },
      ...limitBounds({ ...scene, resource: "cpu", container, from: now }),
    ].reduce((a, b) => (b.most < a.most ? b : a));
    const cores = Math.floor(Math.min(2 * now, bound.most) * 1000) / 1000;
    if (cores <= now) return unfit(`a higher limit than ${from} is not allowed: ${bound.by}`);
    const to = coresText(cores);
    const set = (value: string) => `kubectl set resources ${kubectlName(live)} -c ${container} --limits=cpu=${value}`;
    return {
      kind: "fits",
      draft: {
        params: { container, from, to },
        risk: "medium",
        command: set(to),
        undo: { command: set(from), exact: true },
        effect: `Replaces its pods; container ${container} gets a CPU limit of ${to} in place of ${from}.`,
        pods: podsOf(live),
      },
    };
  },
  source: () => null,
  change({ spec: { template } }, { container, from, to }) {
    const at = template.spec.containers.findIndex(({ name }) => name === container);
    if (template.spec.containers[at]?.resources?.limits?.cpu !== from)
      return moved(`the CPU limit of container ${container} is no longer ${from}`);
    const path = `/spec/template/spec/containers/${at}`;
    return {
      kind: "patch",
      patch: [
        { op: "test", path: `${path}/name`, value: container },
        { op: "replace", path: `${path}/resources/limits/cpu`, value: to },
      ],
    };
  },
  // Whether it is still throttled tells no object: `act` asks Prometheus again.
  ended: ({ live, near, params: { container, from, to } }) =>
    noLongerAllowed({ live, near, resource: "cpu", container, from: parseQuantity(from) ?? 0 }, to),
  inverse: ({ container, from, to }) => ({ verb: "raise-cpu-limit", params: { container, from: to, to: from } }),
};

const mostThrottled = ({ evidence, live }: Scene<Workload>): string | null => {
  const names = podsSeen(evidence, live).map(({ metadata }) => metadata.name);
  const shares = seriesSeen(evidence, "cfs_throttled")
    .filter(({ labels }) => names.includes(labels.pod ?? ""))
    .map(({ labels, points }) => ({ container: labels.container, share: points.at(-1)?.[1] ?? 0 }))
    .toSorted((a, b) => b.share - a.share);
  return shares[0]?.container ?? null;
};
