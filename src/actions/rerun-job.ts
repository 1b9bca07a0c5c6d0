import { sha256 } from "../incident/canonical.ts";
import type { KubeObject, Pod } from "../incident/kube.ts";
import type { Job } from "../incident/kube-jobs.ts";
import { objectsSeen } from "./seen.ts";
import { kubectlName, moved, unfit, type VerbSpec } from "./verb.ts";

/** Runs a failed Job once more, where it was the cluster that failed it and not its own program. */
export const rerunJob: VerbSpec<"rerun-job", Job> = {
  verb: "rerun-job",
  classes: ["job-backoff-limit", "node-pressure-eviction", "pod-preempted"],
  targets: ["Job"],
  near: ["Job", "Pod"],
  fit({ live, near, evidence }) {
    if (!hasFailed(live)) return unfit("it has not failed");
    const pods = objectsSeen<Pod>(evidence, "Pod").filter((pod) => ownedBy(pod, live));
    if (pods.length === 0 || !pods.every(wasDisrupted))
      return unfit(
        "nothing shows that the cluster failed it and not its own program, so a second run would fail alike",
      );
    const running = sibling(live, near);
    if (running) return unfit(`Job ${running.metadata.name} of the same CronJob is under way`);
    const as = nameOf(live);
    const at = live.metadata.namespace === undefined ? "" : ` -n ${live.metadata.namespace}`;
    const from = controllerOf(live)?.kind === "CronJob" ? ` --from=cronjob/${controllerOf(live)?.name}` : "";
    return {
      kind: "fits",
      draft: {
        params: { as, specHash: sha256(specOf(live)) },
        risk: "high",
        command: from
          ? `kubectl create job ${as}${at}${from}`
          : `kubectl get ${kubectlName(live)} -o json | jq '<without status, uid and selector, named ${as}>' | kubectl create -f -`,
        undo: { command: `kubectl delete job/${as}${at}   # what the run has done stays done`, exact: false },
        effect: `Starts Job ${as} with the specification of ${live.metadata.name}. What the program does, it does again.`,
        pods: live.spec.parallelism ?? 1,
        asks: "a second run may do its work twice",
      },
    };
  },
  source: () => null,
  change(live, { as, specHash }, _source, near) {
    if (sha256(specOf(live)) !== specHash) return moved("its specification is not what it was");
    const running = sibling(live, near);
    if (running) return moved(`Job ${running.metadata.name} of the same CronJob is under way now`);
    return { kind: "create", object: copyOf(live, as) };
  },
  ended({ live, near }) {
    if (!hasFailed(live)) return "it has not failed";
    const later = laterRun(live, near);
    if (later) return `Job ${later.metadata.name} of the same CronJob has done its work since`;
    const pods = near.filter((object): object is Pod => object.kind === "Pod" && ownedBy(object as Pod, live));
    return pods.every(wasDisrupted) ? null : "not all of its pods were failed by the cluster";
  },
  inverse: () => null,
  watch: ({ target, params: { as } }) => ({ ...target, name: as }),
};

const minted = ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];

const nameOf = ({ metadata }: Job): string => `${metadata.name.slice(0, 45)}-again-${sha256(metadata.uid).slice(0, 6)}`;

const without = (labels: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !minted.includes(key)));

/** What the Job asks for, without what the server added to tell its pods from others. */
const specOf = ({ spec }: Job): Record<string, unknown> => {
  const { selector: _selector, manualSelector: _manual, ...rest } = structuredClone(spec) as Record<string, unknown>;
  const template = (rest.template ?? {}) as { metadata?: { labels?: Record<string, string> }; spec?: unknown };
  return {
    ...rest,
    template: { ...template, metadata: { ...template.metadata, labels: without(template.metadata?.labels) } },
  };
};

const copyOf = (live: Job, name: string): KubeObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: {
    name,
    ...(live.metadata.namespace === undefined ? {} : { namespace: live.metadata.namespace }),
    labels: without(live.metadata.labels),
    annotations: { "nightshift.dev/again": live.metadata.name },
  },
  spec: specOf(live),
});

const hasFailed = ({ status }: Job): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === "Failed" && is === "True") ?? false;

const controllerOf = ({ metadata }: KubeObject) => metadata.ownerReferences?.find(({ controller }) => controller);
const ownedBy = (pod: Pod, job: Job): boolean => controllerOf(pod)?.uid === job.metadata.uid;

/** The kubelet also evicts what used up its own limit: that is the program's doing, and a second run would end alike. */
const wasDisrupted = ({ status }: Pod): boolean => {
  if (status?.conditions?.some(({ type, status: is }) => type === "DisruptionTarget" && is === "True")) return true;
  if (status?.reason === "Evicted") return /^The node (was low on resource|had condition)/.test(status.message ?? "");
  return ["NodeLost", "Shutdown", "Terminated", "Preempting"].includes(status?.reason ?? "");
};

const laterRun = (live: Job, near: readonly KubeObject[]): Job | undefined =>
  siblings(live, near).find(
    ({ metadata, status }) =>
      Date.parse(metadata.creationTimestamp ?? "") > Date.parse(live.metadata.creationTimestamp ?? "") &&
      status?.conditions?.some(({ type, status: is }) => type === "Complete" && is === "True"),
  );

const sibling = (live: Job, near: readonly KubeObject[]): Job | undefined =>
  siblings(live, near).find(({ status }) => (status?.active ?? 0) > 0);

const siblings = (live: Job, near: readonly KubeObject[]): Job[] => {
  const owner = controllerOf(live)?.uid;
  return near
    .filter((object): object is Job => object.kind === "Job" && object.metadata.uid !== live.metadata.uid)
    .filter((job) => owner !== undefined && controllerOf(job)?.uid === owner);
};
