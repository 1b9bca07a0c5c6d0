import { isMadeByOwner } from "../actions/seen.ts";
import type { ContainerStatus, Pod, Workload } from "../incident/kube.ts";
import type { Policy } from "../incident/policy.ts";
import { type ObjectRef, refText } from "../incident/subject.ts";
import type { Check } from "../incident/verdict.ts";
import { alertSilent } from "./verify-alert.ts";
import { type Baseline, desiredOf, probesOf, readyOf } from "./verify-baseline.ts";
import { type Sight, selects } from "./verify-look.ts";

export interface Measure {
  baseline: Baseline | null;
  policy: Policy;
  /** Since when it is well again, if it is: our change, or what became ready by it. */
  wellSince: number;
  /** When the watch is over at the latest. */
  end: number;
}

/** A check, and what its failing means for the watch. */
export interface LiveCheck extends Check {
  /** It may still come: a rollout gets more time for it. */
  slow?: boolean;
  /** Nobody could be asked: proves neither that it helped nor that it did not. */
  unknown?: boolean;
}

/** Null: nobody could be asked. */
type Judged = [ok: boolean | null, detail: string];

/** Everything that must hold at this moment, and that nothing else is passed off as recovery. */
export const checksNow = (sight: Sight, measure: Measure): LiveCheck[] => {
  const { workload } = sight;
  if (workload === null) return [required("workload read", [null, "it could not be asked"])];
  if (workload === "gone") return [required("workload there", [false, "it is gone"])];
  return [
    required("rollout not stopped", notStopped(workload)),
    slow("rollout finished", rolledOut(workload)),
    slow("replicas ready", allReady(workload)),
    atBaseline(workload, sight, measure.baseline),
    required("probes kept", probesKept(workload, measure.baseline)),
    required("pods its own", ownMade(workload, sight)),
    noneWaiting(sight.pods),
    slow("endpoints ready", endpointsReady(workload, sight, measure.baseline)),
    alertSilent(sight, measure),
  ];
};

/** Not well yet counts as not known: it may only be waiting for its next try. */
export const wellAgain = (subject: ObjectRef, { workload }: Sight, steady: boolean): LiveCheck => {
  const [ready, detail]: Judged =
    typeof workload === "object" && workload !== null ? allReady(workload) : [null, "it could not be seen"];
  const ok = ready === true && steady;
  return {
    ...slow("subject well again", [
      ok,
      `${refText(subject)}: ${detail}${steady ? "" : ", not all of its pods run steadily"}`,
    ]),
    unknown: !ok,
  };
};

const required = (name: string, [ok, detail]: Judged): LiveCheck => ({
  name,
  ok: ok === true,
  required: true,
  detail,
  unknown: ok === null,
});
const slow = (name: string, judged: Judged): LiveCheck => ({ ...required(name, judged), slow: true });

/** Slow is not stopped: these fail for good, and no waiting helps. */
const notStopped = ({ spec, status }: Workload): Judged => {
  if (spec.paused) return [false, "the rollout is paused"];
  const late = status?.conditions?.some(({ reason }) => reason === "ProgressDeadlineExceeded");
  return late ? [false, "the rollout missed its progress deadline"] : [true, "neither paused nor past its deadline"];
};

const rolledOut = (workload: Workload): Judged => {
  const { kind, metadata, status } = workload;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return [false, "the controller has not seen it yet"];
  const desired = desiredOf(workload);
  const updated = (kind === "DaemonSet" ? status?.updatedNumberScheduled : status?.updatedReplicas) ?? 0;
  const old = kind === "Deployment" ? (status?.replicas ?? 0) - updated : 0;
  return [
    updated === desired && old === 0,
    `${updated} of ${desired} are of the newest revision, ${Math.max(0, old)} old`,
  ];
};

const allReady = (workload: Workload): Judged => {
  const { kind, status } = workload;
  const [desired, ready] = [desiredOf(workload), readyOf(workload)];
  const available = (kind === "DaemonSet" ? status?.numberAvailable : status?.availableReplicas) ?? 0;
  return [ready === desired && available === desired, `${ready} ready and ${available} available of ${desired}`];
};

// Scaled down, it is quiet but not well; only its own scaler may choose another count.
const atBaseline = (workload: Workload, { scalers }: Sight, baseline: Baseline | null): LiveCheck => {
  const name = "replicas at baseline";
  const desired = desiredOf(workload);
  if (baseline === null) return required(name, [desired > 0, `${desired} wanted; what it was before was not read`]);
  if (desired > 0 && desired < baseline.desired && scalers === null)
    return required(name, [null, "whether a scaler chose it could not be asked"]);
  const scaled = scalers !== null && scalers.length > 0;
  const least = scaled ? Math.min(...scalers.map(({ spec }) => spec.minReplicas ?? 1)) : baseline.desired;
  const judged: Judged = [
    desired > 0 && desired >= least,
    `${desired} wanted, ${scaled ? `${least} at least by its scaler` : `${least} meant`}`,
  ];
  // A scaler whose bound was just raised has not acted on it yet.
  return desired >= baseline.desired && desired > 0 ? slow(name, judged) : required(name, judged);
};

// A probe that asks less makes a pod ready that serves nobody, as one that is gone.
const probesKept = (workload: Workload, baseline: Baseline | null): Judged => {
  const now = probesOf(workload.spec.template);
  const lost = [...(baseline?.probes ?? [])].flatMap(([name, wanted]) => {
    const is = now.get(name);
    if (is === undefined) return [`removed: ${name}`];
    return is === wanted ? [] : [`not what it was: ${name}`];
  });
  return [lost.length === 0, lost.length === 0 ? "as they were" : lost.join(", ")];
};

/** A pod with the right labels is taken in by a controller that did not make it, and counts as one of its own. */
const ownMade = (workload: Workload, { pods }: Sight): Judged => {
  if (pods === null) return [null, "the pods could not be asked"];
  const foreign = pods.filter((pod) => !isMadeByOwner(workload, pod)).map(({ metadata }) => metadata.name);
  if (foreign.length > 0) return [false, `not made by it, only labelled so: ${foreign.slice(0, 5).join(", ")}`];
  return [true, "it made all of its pods"];
};

const statuses = ({ status }: Pod): ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** Every pod begins with these: one that was evicted or added a moment ago says nothing against the change. */
const starting = new Set(["ContainerCreating", "PodInitializing"]);

const noneWaiting = (pods: Pod[] | null): LiveCheck => {
  const name = "no container waiting";
  if (pods === null) return required(name, [null, "the pods could not be asked"]);
  const waiting = pods.flatMap((pod) =>
    statuses(pod).flatMap(({ name, state }) =>
      state?.waiting ? [{ of: `${pod.metadata.name}/${name}`, reason: state.waiting.reason ?? "waiting" }] : [],
    ),
  );
  const detail = waiting
    .slice(0, 5)
    .map(({ of, reason }) => `${of} ${reason}`)
    .join(", ");
  const judged: Judged = [waiting.length === 0, waiting.length === 0 ? "none" : detail];
  return waiting.every(({ reason }) => starting.has(reason)) ? slow(name, judged) : required(name, judged);
};

// Where no Service selects it any more, no endpoint can be missing: those that did before still must.
const lostService = (
  { spec: { template } }: Workload,
  services: NonNullable<Sight["services"]>,
  baseline: Baseline | null,
): Judged | null => {
  const lost = [...(baseline?.services ?? [])].filter(
    ([name]) => !services.some(({ service }) => service.metadata.name === name),
  );
  if (lost.length === 0) return null;
  const detail = `no longer selected by ${lost.map(([name]) => name).join(", ")}`;
  // Somebody changed the Service, which says nothing about our change; if the labels of the template did it, it was us.
  const ours = lost.some(([, selector]) => !selects(selector, template.metadata?.labels ?? {}));
  return [ours ? false : null, detail];
};

// Only endpoints of its own pods count: a foreign pod with the same labels also answers.
const endpointsReady = (workload: Workload, { services, pods }: Sight, baseline: Baseline | null): Judged => {
  if (services === null || pods === null) return [null, "the services could not be asked"];
  const lost = lostService(workload, services, baseline);
  if (lost !== null) return lost;
  const own = new Set(pods.map(({ metadata }) => metadata.name));
  const bare = services.filter(
    ({ slices }) =>
      !slices
        .flatMap(({ endpoints }) => endpoints ?? [])
        .some(({ conditions, targetRef }) => conditions?.ready !== false && own.has(targetRef?.name ?? "")),
  );
  if (services.length === 0) return [true, "no Service selects it"];
  const names = (bare.length > 0 ? bare : services).map(({ service }) => service.metadata.name).join(", ");
  return [bare.length === 0, bare.length === 0 ? `ready behind ${names}` : `none ready behind ${names}`];
};
