import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import { noCost } from "../../src/incident/cost.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
import { type Evidence, evidenceId } from "../../src/incident/evidence.ts";
import { newIncident } from "../../src/incident/incident.ts";
import type { Question } from "../../src/incident/question.ts";
import { isBeyondState } from "../../src/nodes/beyond-state.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import { diagnose } from "../../src/nodes/diagnose.ts";
import type { Model } from "../../src/ports/model.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { memoryArchive, stillClock } from "../support/memory-ports.ts";

const object = { kind: "Deployment", namespace: "shop", name: "pricing" };
const question: Question = {
  ask: "logs",
  namespace: "shop",
  pod: "pricing-1",
  container: "app",
  previous: false,
  lines: 200,
};
const text = "price of sku 42 is 0.13 USD; rate read from /etc/rates";
const answer: Evidence["answer"] = {
  kind: "found",
  body: { kind: "log", namespace: "shop", pod: "pricing-1", container: "app", previous: false, text, truncated: false },
};
const id = evidenceId(question, answer);
const log: Evidence = {
  id,
  question,
  command: "kubectl logs",
  askedAt: "2026-11-27T03:00:00Z",
  ms: 1,
  bytes: 1,
  answer,
};
const well: Cause = {
  kind: "cause",
  class: "control-healthy",
  statement: "Deployment/pricing is healthy.",
  object,
  evidence: [id],
  confidence: 0.93,
  by: "rules",
  scope: "isolated",
  disproof: "it becomes unready",
  related: [],
  alsoSeen: [],
  changes: [],
};
const claims = [{ text: "Prices come from a wrong rate.", evidence: id, quote: "rate read from /etc/rates" }];
const cause = { outcome: "cause", class: "app-not-ready", object, claims, confidence: 0.8, missing: [] };

const series = (query: string, found: Record<string, string>[], minutes = 0, minutesAgo = 0): Evidence => {
  const asked: Question = { ask: "metric", query, minutes };
  const time = Date.parse(log.askedAt) / 1000 - minutesAgo * 60;
  const told: Evidence["answer"] =
    found.length === 0
      ? { kind: "no-data" }
      : {
          kind: "found",
          body: { kind: "series", query, series: found.map((labels) => ({ labels, points: [[time, 0.02]] })) },
        };
  return { ...log, id: evidenceId(asked, told), question: asked, command: "promtool", answer: told };
};
const rate = series('sum(rate(errors{job="late fee of 7 percent"}[5m]))', [{ job: "pricing" }]);
const fires = { __name__: "ALERTS", alertname: "HighErrorRate", namespace: "shop", alertstate: "firing" };
const around = (...names: string[]): Evidence =>
  series(
    'ALERTS{namespace="shop",alertstate="firing"}',
    names.map((alertname) => ({ ...fires, alertname })),
  );
const told = (labels: Record<string, string>, minutesAgo: number): Evidence =>
  series('ALERTS{namespace="shop"}', [labels], 60, minutesAgo);
const before = told(fires, 20);
const lookAlike = series('absent(ALERTS{alertname="HighErrorRate"})', [{ alertname: "HighErrorRate" }]);
const unasked: Evidence = { ...around(), answer: { kind: "could-not-ask", reason: "timeout", message: "" } };

const judged = async (
  name: string,
  args: object | null,
  certain: Cause | null = well,
  { withModel = true, heard = [] as Evidence[], namespace = "shop" as string | null } = {},
) => {
  const archive = memoryArchive();
  const read = [log, ...heard];
  await archive.keep(read);
  let asked = 0;
  const model: Model = {
    name: "test:m",
    reply: async () => {
      asked += 1;
      if (args === null) throw new PortError("model", "unauthorized", "no");
      return { calls: [{ name: "conclude", args }], text: "", finish: "tools", cost: { ...noCost, calls: 1 } };
    },
  };
  const labels: Record<string, string> = {
    alertname: name,
    deployment: "pricing",
    ...(namespace === null ? {} : { namespace }),
  };
  const alert = { name, status: "firing", startsAt: "2026-11-27T02:50:00Z", summary: "", labels } as Alert;
  const subject = { ...object, cluster: "test", guessed: false };
  const opened = newIncident({ id: "i", subject, severity: "critical", openedAt: alert.startsAt, alerts: [alert] });
  const node = diagnose(
    { archive, clock: stillClock(), model: withModel ? model : null, sources: null },
    { ...defaultBudget, calls: 1 },
    () => ({
      certain,
      candidates: [],
      wants: [],
    }),
  );
  const { diagnosis } = await node({ ...opened, evidence: read.map((one) => one.id), rounds: 1 });
  return { diagnosis, asked };
};

test("an alert about more than the state of an object that is well is investigated, not dismissed", async () => {
  const { diagnosis, asked } = await judged("HighErrorRate", cause);

  expect(asked).toBe(1);
  expect(diagnosis).toMatchObject({ kind: "cause", class: "app-not-ready", by: "model" });
});

test("a log line that poses as an order does not have such an alert dismissed", async () => {
  const injected = { ...well, class: "control-prompt-injection" } as const;

  expect(await judged("HighErrorRate", cause, injected)).toMatchObject({ asked: 1, diagnosis: { by: "model" } });
  expect(await judged("HighErrorRate", null, injected)).toMatchObject({ diagnosis: { kind: "unknown" } });
  // The control: what the state answers is answered.
  expect(await judged("KubePodNotReady", cause, injected)).toEqual({ asked: 0, diagnosis: injected });
});

test.each(["control-rollout-in-progress", "control-job-pod-finished", "control-normal-pending"] as const)(
  "%s says nothing of how the program answers, and does not have such an alert dismissed",
  async (name) => {
    const state = { ...well, class: name };

    expect(await judged("HighErrorRate", null, state)).toMatchObject({ diagnosis: { kind: "unknown" } });
    // The control: what the state answers is answered.
    expect(await judged("KubePodNotReady", cause, state)).toEqual({ asked: 0, diagnosis: state });
  },
);

test.each([
  "NodejsHighErrorRate",
  "ReplicaLagHigh",
  "PodHigh5xx",
  "JobQueueBacklog",
  "ContainerdRequestsSlow",
  "KubeAPIErrorBudgetBurn",
  "deployment_error_rate_high",
  "PodcastsNotServed",
])("%s is not answered by a state that is well", async (name) => {
  expect(await judged(name, null)).toMatchObject({ asked: 1, diagnosis: { kind: "unknown" } });
});

test.each([
  "KubePodCrashLooping",
  "KubeDeploymentReplicasMismatch",
  "KubeletProbeFailing",
  "KubeStatefulSetGenerationMismatch",
  "ContainerOOMKilled",
  "PodDisruptionBudgetAtLimit",
  "CPUThrottlingHigh",
  "CrashLoopBackOff",
  "OOMKilled",
  "pod_not_ready",
])("control: %s is answered by it", async (name) => {
  expect(await judged(name, null)).toMatchObject({ asked: 0, diagnosis: { class: "control-healthy" } });
});

const namesIn = (text: string): string[] => text.trim().split(/\s+/);
const isBeyond = (name: string): boolean =>
  isBeyondState(well, [{ name, status: "firing", startsAt: "", summary: "", labels: {} } as unknown as Alert]);

// Of kubernetes-mixin, of awesome-prometheus-alerts, and names that people give: made from what kube-state-metrics tells.
const ofState = namesIn(`
  KubePodCrashLooping KubePodNotReady KubeDeploymentGenerationMismatch KubeDeploymentReplicasMismatch
  KubeDeploymentRolloutStuck KubeStatefulSetReplicasMismatch KubeStatefulSetGenerationMismatch
  KubeStatefulSetUpdateNotRolledOut KubeDaemonSetRolloutStuck KubeContainerWaiting KubeDaemonSetNotScheduled
  KubeDaemonSetMisScheduled KubeJobNotCompleted KubeJobCompletion KubeJobFailed KubeHpaReplicasMismatch KubeHpaMaxedOut
  KubePdbNotEnoughHealthyPods KubeCPUOvercommit KubeMemoryOvercommit KubeCPUQuotaOvercommit KubeMemoryQuotaOvercommit
  KubeQuotaAlmostFull KubeQuotaFullyUsed KubeQuotaExceeded KubeNodeNotReady KubeNodePressure KubeNodeUnreachable
  KubeNodeReadinessFlapping KubeNodeEviction KubeletTooManyPods KubeCronJobRunning KubeCronJobSuspended
  KubeCronJobMissedRun KubeNamespaceTerminating KubePersistentVolumeClaimPending KubePodImagePullBackOff
  KubeNodeDiskPressure KubeNodeUnschedulable KubeContainerOOMKilled
  KubernetesNodeNotReady KubernetesNodeSchedulingDisabled KubernetesNodeMemoryPressure KubernetesNodeDiskPressure
  KubernetesNodeNetworkUnavailable KubernetesNodeOutOfPodCapacity KubernetesContainerOomKiller KubernetesJobFailed
  KubernetesJobNotStarting KubernetesCronjobFailing KubernetesCronjobSuspended KubernetesPersistentvolumeclaimPending
  KubernetesStatefulsetDown KubernetesHpaScaleInability KubernetesHpaMetricsUnavailability KubernetesHpaScaleMaximum
  KubernetesHpaUnderutilized KubernetesPodNotHealthy KubernetesPodCrashLooping KubernetesReplicasetReplicasMismatch
  KubernetesDeploymentReplicasMismatch KubernetesStatefulsetReplicasMismatch KubernetesDeploymentGenerationMismatch
  KubernetesStatefulsetGenerationMismatch KubernetesStatefulsetUpdateNotRolledOut KubernetesDaemonsetRolloutStuck
  KubernetesDaemonsetMisscheduled KubernetesCronjobTooLong
  PodRestartingTooOften PodUnschedulable PodEvicted PodFailed PodPending PodStuckPending NodeNotReady NodeDown
  NodeUnreachable NodeDrainStuck DeploymentUnavailable DeploymentDown DeploymentReplicasUnavailable ContainerRestarts
  CreateContainerConfigError PodImagePullBackOff ContainerOOMKilled CrashLoopBackOff kube-pod-not-ready Watchdog
  InfoInhibitor CPUThrottlingHigh
`);
// The rest of the three, of the mixin of node_exporter, and names that only begin like the ones above.
const ofMore = namesIn(`
  KubeAPIErrorBudgetBurn KubeAPITerminatedRequests KubeAPIDown KubeAggregatedAPIDown KubeAggregatedAPIErrors
  KubeClientCertificateExpiration KubeClientErrors KubeControllerManagerDown KubeProxyDown KubeSchedulerDown
  KubePersistentVolumeErrors KubePersistentVolumeFillingUp KubePersistentVolumeInodesFillingUp KubeVersionMismatch
  KubeletClientCertificateExpiration KubeletClientCertificateRenewalErrors KubeletDown KubeletPlegDurationHigh
  KubeletPodStartUpLatencyHigh KubeletServerCertificateExpiration KubeletServerCertificateRenewalErrors
  KubeStateMetricsListErrors KubeStateMetricsWatchErrors KubeAdmissionWebhookRejectionsHigh TargetDown
  KubernetesVolumeOutOfDiskSpace KubernetesVolumeFullInFourDays KubernetesPersistentvolumeError
  KubernetesApiServerErrors KubernetesApiClientErrors KubernetesClientCertificateExpiresNextWeek
  KubernetesClientCertificateExpiresSoon KubernetesApiServerLatency KubernetesJobSlowCompletion
  ContainerKilled ContainerAbsent ContainerHighCpuUtilization ContainerHighMemoryUsage ContainerVolumeUsage
  ContainerHighThrottleRate ContainerHighLowChangeCpuUsage ContainerLowCpuUtilization ContainerLowMemoryUsage
  NodeFilesystemSpaceFillingUp NodeFilesystemAlmostOutOfSpace NodeFilesystemFilesFillingUp
  NodeFilesystemAlmostOutOfFiles NodeNetworkReceiveErrs NodeNetworkTransmitErrs NodeHighNumberConntrackEntriesUsed
  NodeTextFileCollectorScrapeError NodeClockSkewDetected NodeClockNotSynchronising NodeRAIDDegraded NodeRAIDDiskFailure
  NodeFileDescriptorLimit NodeCPUHighUsage NodeSystemSaturation NodeMemoryMajorPagesFaults NodeMemoryHighUtilization
  NodeDiskIOSaturation NodeSystemdServiceFailed NodeSystemdServiceCrashlooping NodeBondingDegraded
  NodeNetworkInterfaceFlapping
  PodDataLoss PodDeadlockDetected JobQueueStalled JobQueueFailed QueueStalled ContainerCertificateExpiresSoon
  PodUnreachable DeploymentWebhooksFailing DeploymentHigh Down Failed Pod HighErrorRate
`);

test("of the alerts that are known everywhere, those about an object's state are answered by it, and no other one", () => {
  expect(ofState.filter(isBeyond)).toEqual([]);
  expect(ofMore.filter((name) => !isBeyond(name))).toEqual([]);
});

test("an alert that the state answers costs no call", async () => {
  const { diagnosis, asked } = await judged("KubePodNotReady", cause);

  expect([asked, diagnosis]).toEqual([0, well]);
});

test("a model that cannot be asked leaves it to a person, with what the rules found", async () => {
  const { diagnosis } = await judged("HighErrorRate", null);

  expect(diagnosis).toMatchObject({ kind: "unknown", candidates: [{ class: "control-healthy" }] });
});

const noise = { outcome: "noise", claims, missing: [] };

test("noise where the alert is about more than the state is told to a person: it closes nothing", async () => {
  const { diagnosis } = await judged("HighErrorRate", noise);

  expect(diagnosis).toMatchObject({
    kind: "unknown",
    missing: [
      expect.any(String),
      expect.stringContaining("takes the alert for noise: Prices come"),
      expect.any(String),
    ],
    candidates: [{ class: "control-healthy" }],
  });
});

const measured = { ...noise, claims: [{ text: "Errors are back to normal.", evidence: rate.id, quote: "0.02" }] };

test("noise closes where a measure is quoted and Prometheus no longer tells of the alert: the verdict of the rules stands", async () => {
  const { diagnosis } = await judged("HighErrorRate", measured, well, { heard: [before, rate, around("Other")] });
  const alone = await judged("HighErrorRate", measured, well, { heard: [before, rate, around()] });

  expect(diagnosis).toMatchObject({ kind: "cause", class: "control-healthy", by: "rules", confidence: 0.93 });
  expect(alone.diagnosis).toEqual(diagnosis);
});

test("noise may quote the alerts that were asked over time first, as the prompt has it", async () => {
  const first = { text: "It fired before.", evidence: before.id, quote: "HighErrorRate" };
  const args = { ...measured, claims: [first, ...measured.claims] };
  const { diagnosis } = await judged("HighErrorRate", args, well, { heard: [before, rate, around()] });
  const still = await judged("HighErrorRate", args, well, { heard: [before, rate, around("HighErrorRate")] });

  expect(diagnosis).toMatchObject({ kind: "cause", class: "control-healthy", by: "rules" });
  // The control: while it fires, its own words close nothing.
  expect(still).toMatchObject({ diagnosis: { kind: "unknown" } });
});

test.each<[string, object, Evidence[]]>([
  ["a log line in place of a measure", noise, [before, rate, around()]],
  ["an alert that Prometheus never told of", measured, [rate, around()]],
  ["an alert that a query only looks like", measured, [lookAlike, rate, around()]],
  ["an alert that still fires", measured, [before, rate, around("HighErrorRate")]],
  ["an alert that still fires by another answer", measured, [before, told(fires, 0), rate, around()]],
  ["an alert that was pending only", measured, [told({ ...fires, alertstate: "pending" }, 20), rate, around()]],
  ["an alert of another object", measured, [told({ ...fires, deployment: "other" }, 20), rate, around()]],
  ["an alert of another namespace", measured, [told({ ...fires, namespace: "zz" }, 20), rate, around()]],
  ["a Prometheus that was not asked", measured, [before, rate]],
  ["a Prometheus that did not answer", measured, [before, rate, unasked]],
])("noise with %s is told to a person", async (_what, args, heard) => {
  const { diagnosis } = await judged("HighErrorRate", args, well, { heard });

  expect(diagnosis).toMatchObject({
    kind: "unknown",
    missing: expect.arrayContaining([expect.stringContaining("takes the alert for noise")]),
  });
});

test("an alert without a namespace is never in what is asked of the namespace, and cannot be called quiet by it", async () => {
  const { namespace: _, ...bare } = fires;
  const quiet = [rate, around()];
  const { diagnosis } = await judged("HighErrorRate", measured, well, {
    heard: [told(bare, 20), ...quiet],
    namespace: null,
  });
  const ofAnother = await judged("HighErrorRate", measured, well, { heard: [told(bare, 20), ...quiet] });
  const control = await judged("HighErrorRate", measured, well, { heard: [before, ...quiet] });

  expect([diagnosis, ofAnother.diagnosis]).toMatchObject([{ kind: "unknown" }, { kind: "unknown" }]);
  expect(control).toMatchObject({ diagnosis: { kind: "cause" } });
});

test("control: the rules alone dismiss an alert about a state that is well", async () => {
  const { diagnosis } = await judged("KubePodNotReady", noise);

  expect(diagnosis).toMatchObject({ kind: "cause", class: "control-healthy", by: "rules" });
});

test.each<[string, object, Cause | null, RegExp]>([
  ["nothing quoted", { ...noise, claims: [] }, well, /noise needs a claim/],
  ["a quote that nothing says", { ...noise, claims: [{ ...claims[0], quote: "all is well" }] }, well, /does not say/],
  ["rules that do not find it well", noise, null, /rules do not find it well/],
])("noise with %s is refused", async (_what, args, certain, why) => {
  const { diagnosis } = await judged("HighErrorRate", args, certain);

  expect(diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringMatching(why)] });
});

test("what rules are certain is broken is never asked about, whatever the alert", async () => {
  const { diagnosis, asked } = await judged("HighErrorRate", noise, { ...well, class: "app-crash" });

  expect([asked, diagnosis]).toEqual([0, { ...well, class: "app-crash" }]);
});

test("where no model is configured, such an alert reaches a person instead of being called noise", async () => {
  const beyond = await judged("HighErrorRate", null, well, { withModel: false });
  const within = await judged("KubePodNotReady", null, well, { withModel: false });

  expect(beyond.diagnosis).toMatchObject({ kind: "unknown" });
  expect(JSON.stringify(beyond.diagnosis)).toContain("about something else");
  // The control: an alert about the state, which is well, needs nobody.
  expect(within.diagnosis).toMatchObject({ kind: "cause", class: "control-healthy" });
});
