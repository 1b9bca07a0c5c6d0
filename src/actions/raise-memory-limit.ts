import type { Container, Pod, Workload } from "../incident/kube.ts";
import { announcedInLog, loweredFrom } from "../incident/memory-need.ts";
import { mebibyte, parseQuantity, quantityWithin } from "../incident/quantity.ts";
import { type Bound, limitBounds, noLongerAllowed } from "./limit-bounds.ts";
import { logsSeen, ownPods, podsSeen, seriesSeen } from "./seen.ts";
import { kubectlName, podsOf, type Scene as SceneOf, unfit, type VerbSpec, workloadKinds } from "./verb.ts";
import { wellAgain } from "./well-again.ts";

type Scene = SceneOf<Workload>;

/** Gives one container more memory, within what the policy, the LimitRange and the quota allow. */
export const raiseMemoryLimit: VerbSpec<"raise-memory-limit", Workload> = {
  verb: "raise-memory-limit",
  classes: ["oom-limit-too-low"],
  targets: workloadKinds,
  near: ["LimitRange", "ResourceQuota"],
  grounds: ["Pod", "LimitRange", "ResourceQuota"],
  fit(scene) {
    const { live, evidence } = scene;
    if (live.spec.paused) return unfit("its rollout is paused, so a new limit would not be carried out");
    const pods = podsSeen(evidence, live);
    const container = killed(live.spec.template.spec.containers, pods);
    const from = container?.resources?.limits?.memory;
    const now = parseQuantity(from);
    if (!container || from === undefined || now === null)
      return unfit("no container with a memory limit in its template is seen to be killed for memory");
    const need = measuredNeed(scene, container.name, pods);
    const growing = { ...scene, resource: "memory" as const, container: container.name, from: now };
    const bounds = [...policyBounds(scene, now), ...limitBounds(growing)];
    const bound = bounds.reduce((a, b) => (b.most < a.most ? b : a));
    const to = quantityWithin(
      Math.min(Math.max(wanted(now, need.bytes), formerLimit(scene, container.name)), bound.most),
    );
    if ((parseQuantity(to) ?? 0) <= now) return unfit(`a higher limit than ${from} is not allowed: ${bound.by}`);
    const name = kubectlName(live);
    const set = (value: string) => `kubectl set resources ${name} -c ${container.name} --limits=memory=${value}`;
    return {
      kind: "fits",
      draft: {
        params: { container: container.name, from, to },
        risk: "medium",
        command: set(to),
        undo: { command: set(from), exact: true },
        effect: effectOf(container, from, to, { ...need, bound: bound.by }),
        pods: podsOf(live),
      },
    };
  },
  source: () => null,
  change({ spec: { template } }, { container, from, to }) {
    const at = template.spec.containers.findIndex(({ name }) => name === container);
    if (template.spec.containers[at]?.resources?.limits?.memory !== from)
      return { kind: "moved", why: `the memory limit of container ${container} is no longer ${from}` };
    const path = `/spec/template/spec/containers/${at}`;
    return {
      kind: "patch",
      patch: [
        { op: "test", path: `${path}/name`, value: container },
        { op: "test", path: `${path}/resources/limits/memory`, value: from },
        { op: "replace", path: `${path}/resources/limits/memory`, value: to },
      ],
    };
  },
  ended(ground) {
    const { live, near, params, untold } = ground;
    if (
      !untold.includes("Pod") &&
      killed(live.spec.template.spec.containers, ownPods(live, near))?.name !== params.container
    )
      return `none of its pods shows any more that container ${params.container} was killed for memory`;
    const from = parseQuantity(params.from) ?? 0;
    const growing = { live, near, resource: "memory" as const, container: params.container, from };
    return wellAgain(ground) ?? noLongerAllowed(growing, params.to);
  },
  inverse: ({ container, from, to }) => ({ verb: "raise-memory-limit", params: { container, from: to, to: from } }),
};

const policyBounds = ({ policy: { memoryLimit } }: Scene, from: number): Bound[] => [
  { most: from * memoryLimit.maxFactor, by: `policy allows ${memoryLimit.maxFactor} times ${quantityWithin(from)}` },
  { most: parseQuantity(memoryLimit.ceiling) ?? from, by: `policy allows at most ${memoryLimit.ceiling}` },
];

const killed = (containers: readonly Container[], pods: readonly Pod[]): Container | undefined => {
  const names = pods
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .filter(({ state, lastState }) => [state, lastState].some((was) => was?.terminated?.reason === "OOMKilled"))
    .map(({ name }) => name);
  return containers.find(({ name }) => names.includes(name));
};

interface Need {
  bytes: number | null;
  by: "the log" | "measured use" | null;
}

/** What the container had one revision earlier, where that was more and was taken away a short while ago. */
const formerLimit = ({ revisions: [own, before], now }: Scene, container: string): number => {
  const [has, had] = [own, before].map((one) => {
    const found = one?.template.spec.containers.find(({ name }) => name === container);
    return parseQuantity(found?.resources?.limits?.memory) || null;
  });
  return loweredFrom(has ?? null, had ?? null, Date.parse(now) - Date.parse(own?.createdAt ?? "")) ?? 0;
};

const measuredNeed = ({ evidence, live }: Scene, container: string, pods: readonly Pod[]): Need => {
  const names = pods.map(({ metadata }) => metadata.name);
  // Each log is read for itself, as the diagnosis does: the next life begins to count anew.
  const announced = logsSeen(evidence, names, container).flatMap(
    (text) => announcedInLog(text.split("\n").slice(-4000))?.bytes ?? [],
  );
  if (announced.length > 0) return { bytes: Math.max(...announced), by: "the log" };
  const peak = Math.max(
    0,
    ...seriesSeen(evidence, "memory_working_set")
      .filter(({ labels }) => labels.container === container && names.includes(labels.pod ?? ""))
      .filter(({ labels }) => labels.namespace === undefined || labels.namespace === live.metadata.namespace)
      .flatMap(({ points }) => points.map(([, value]) => value)),
  );
  // Below a few MiB it is not bytes but the ratio to the limit.
  return peak < mebibyte ? { bytes: null, by: null } : { bytes: peak, by: "measured use" };
};

// A process that is killed at its limit shows the limit, not its need; so never less than double.
const wanted = (now: number, need: number | null): number => Math.max(2 * now, roundUp((need ?? 0) * 1.25));

const roundUp = (bytes: number): number => Math.ceil(bytes / (16 * mebibyte)) * 16 * mebibyte;

const effectOf = ({ name, resources }: Container, from: string, to: string, need: Need & { bound: string }): string => {
  const request = resources?.requests?.memory === undefined ? " Its request, unset, grows with the limit." : "";
  const short =
    need.bytes !== null && need.bytes > (parseQuantity(to) ?? 0)
      ? ` This is probably not enough: by ${need.by} it needs about ${Math.round(need.bytes / mebibyte)} MiB, but ${need.bound}.` +
        " Expect it to be killed again, and have a person choose the value or lessen the need."
      : "";
  return `Replaces its pods; container ${name} gets a memory limit of ${to} in place of ${from}.${request}${short}`;
};
