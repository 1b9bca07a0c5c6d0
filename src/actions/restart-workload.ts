import type { Pod, Workload } from "../incident/kube.ts";
import { pointer } from "./intent.ts";
import { eventsSeen, ownPods, podsSeen } from "./seen.ts";
import { type Ground, kubectlName, podsOf, type Scene, unfit, type VerbSpec, workloadKinds } from "./verb.ts";
import { wellAgain } from "./well-again.ts";

const restartedAt = "kubectl.kubernetes.io/restartedAt";

/** New pods from the same template, one after the other, as `kubectl rollout restart` does. */
export const restartWorkload: VerbSpec<"restart-workload", Workload> = {
  verb: "restart-workload",
  classes: ["app-hang", "app-not-ready", "config-rotated-not-reloaded"],
  targets: workloadKinds,
  near: [],
  grounds: ["Pod"],
  fit(scene) {
    const { live, evidence, cause, now } = scene;
    if (live.spec.paused) return unfit("its rollout is paused, so a restart would not be carried out");
    const restarts = podsSeen(evidence, live)
      .flatMap(({ status }) => status?.containerStatuses ?? [])
      .reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0);
    if (cause.class !== "config-rotated-not-reloaded" && restarts > 0)
      return unfit(`its containers were already restarted ${restarts} times and hang again`);
    if (cause.class === "app-not-ready" && !hangs(scene))
      return unfit("none of its pods was ready, and then left its probe without an answer");
    const name = kubectlName(live);
    return {
      kind: "fits",
      draft: {
        params: { restartedAt: now },
        risk: "low",
        command: `kubectl rollout restart ${name}`,
        undo: { command: `kubectl rollout undo ${name}`, exact: false },
        effect: `Replaces all ${live.spec.replicas ?? "its"} pods by new ones of the same template, as its rollout strategy allows.`,
        pods: podsOf(live),
      },
    };
  },
  source: () => null,
  change({ spec: { template } }, params) {
    const path = "/spec/template/metadata";
    return {
      kind: "patch",
      patch: [
        ...(template.metadata ? [] : [{ op: "add" as const, path, value: {} }]),
        ...(template.metadata?.annotations ? [] : [{ op: "add" as const, path: `${path}/annotations`, value: {} }]),
        { op: "add", path: `${path}/annotations/${pointer(restartedAt)}`, value: params.restartedAt },
      ],
    };
  },
  ended: (ground) => wellAgain(ground) ?? startedAnew(ground),
  inverse: () => null,
};

/** Somebody restarted it already, or the kubelet did. */
const startedAnew = ({ live, near, madeAt }: Ground<"restart-workload", Workload>): string | null => {
  const started = ownPods(live, near)
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .map(({ state }) => Date.parse(state?.running?.startedAt ?? ""));
  const all = madeAt !== null && started.length > 0 && started.every((time) => time > Date.parse(madeAt));
  return all ? "all of its containers were started anew since" : null;
};

const unanswered = /^Readiness probe failed: .*(timeout|timed out|deadline exceeded)/is;

/** A program that says it is not ready knows why, and one that never was has yet to start. One that fell silent hangs. */
const hangs = ({ live, evidence }: Scene<Workload>): boolean => {
  const silent = new Set(
    eventsSeen(evidence)
      .filter(({ reason, message = "" }) => reason === "Unhealthy" && unanswered.test(message))
      .map(({ involvedObject: { uid } }) => uid),
  );
  return podsSeen(evidence, live).some((pod) => silent.has(pod.metadata.uid) && wasReady(pod));
};

const wasReady = ({ status }: Pod): boolean => {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const started = (status?.containerStatuses ?? []).map(({ state }) => Date.parse(state?.running?.startedAt ?? ""));
  return ready?.status === "False" && Date.parse(ready.lastTransitionTime ?? "") > Math.max(...started) + 30_000;
};
