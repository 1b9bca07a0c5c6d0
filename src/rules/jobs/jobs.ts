import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { Job } from "../../incident/kube-jobs.ts";
import { found, named, quote } from "../finding.ts";
import { uncaughtIn } from "../logs/uncaught.ts";
import { clock, containersOf, memoryLimit, type Running } from "../world/containers.ts";
import { eventTime } from "../world/events.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const byReason: Record<string, FaultClass> = {
  BackoffLimitExceeded: "job-backoff-limit",
  PodFailurePolicy: "job-backoff-limit",
  MaxFailedIndexesExceeded: "job-backoff-limit",
  FailedIndexes: "job-backoff-limit",
  DeadlineExceeded: "job-deadline-exceeded",
};

const ownPods = (world: World, job: Job) =>
  world
    .list("Pod")
    .filter((pod) =>
      pod.metadata.ownerReferences?.some(({ kind, name }) => kind === "Job" && name === job.metadata.name),
    );

const endOf = (running: Running): string => {
  const { name, status } = running;
  const { reason, exitCode } = status.state?.terminated ?? {};
  if (reason !== "OOMKilled") return `Container ${name} ended with exit code ${exitCode}.`;
  const limit = memoryLimit(running);
  return limit
    ? `Container ${name} was killed at its memory limit of ${limit} (OOMKilled, exit code ${exitCode}).`
    : `Container ${name} has no memory limit of its own and was killed for lack of memory (OOMKilled, exit code ${exitCode}).`;
};

const failed = (world: World, job: Job): Finding[] => {
  const condition = job.status?.conditions?.find(({ type, status }) => type === "Failed" && status === "True");
  const sort = byReason[condition?.reason ?? ""];
  if (!condition || !sort || newerSuccess(world, job)) return [];
  const object = world.rootOf(job);
  const pods = ownPods(world, job).toSorted(
    (a, b) => clock(b.metadata.creationTimestamp) - clock(a.metadata.creationTimestamp),
  );
  const ends = pods.flatMap(containersOf).filter(({ status }) => (status.state?.terminated?.exitCode ?? 0) !== 0);
  const [last] = ends;
  const log = last ? (world.log(last.pod, last.name, false) ?? world.log(last.pod, last.name, true)) : null;
  const words = log ? (uncaughtIn(log.lines)?.line ?? log.lines.at(-1)) : undefined;
  const atLimit = last?.status.state?.terminated?.reason === "OOMKilled" && memoryLimit(last) !== undefined;
  const exit = last ? ` ${endOf(last)}` : "";
  return found(world, {
    // That it gave up is what its last end led to.
    class: atLimit ? "oom-limit-too-low" : sort,
    object,
    statement: `${named(object)}: ${object.kind === "Job" ? "the Job" : `its run ${job.metadata.name}`} failed for good: ${quote(condition.message ?? condition.reason ?? "")}.${exit}${words ? ` Its last words: ${quote(words)}.` : exit ? " Its log is no longer there." : ""}`,
    because: [job, last?.pod, words ? log : null],
    confidence: 0.95,
    disproof: "a newer run of the same Job has succeeded",
    related: object.kind === "Job" ? [] : [refOf(job)],
  });
};

/** A CronJob that has succeeded since has recovered; its old failed runs are history. */
const newerSuccess = (world: World, job: Job): boolean => {
  const root = world.rootOf(job);
  const cron = root.kind === "CronJob" ? world.find("CronJob", root.namespace, root.name) : null;
  return clock(cron?.status?.lastSuccessfulTime) > clock(job.status?.startTime);
};

const sidecar = (world: World, job: Job): Finding[] => {
  if (!job.status?.active) return [];
  const pod = ownPods(world, job).find(({ status }) => {
    const all = status?.containerStatuses ?? [];
    return all.some(({ state }) => state?.terminated?.exitCode === 0) && all.some(({ state }) => state?.running);
  });
  const done = pod?.status?.containerStatuses?.find(({ state }) => state?.terminated?.exitCode === 0);
  const left = pod?.status?.containerStatuses?.find(({ state }) => state?.running);
  if (!pod || !done || !left || world.now - clock(done.state?.terminated?.finishedAt) < 2 * 60_000) return [];
  const object = world.rootOf(job);
  return found(world, {
    class: "job-sidecar-never-exits",
    object,
    statement: `${named(object)}: container ${done.name} has finished its work with exit code 0, but container ${left.name} keeps running, so the Job never ends.`,
    because: [pod, job],
    confidence: 0.9,
    disproof: `container ${left.name} still does work that the Job needs`,
  });
};

const cron = (world: World): Finding[] =>
  world.list("CronJob").flatMap((job) => {
    const object = refOf(job);
    const since = clock(job.status?.lastScheduleTime);
    // What was said before the last run began is history: the schedule was read and kept.
    const said = (reasons: RegExp) =>
      world.eventsOf(job).find((event) => reasons.test(event.reason ?? "") && eventTime(event) > since);
    const bad = said(/^(UnparseableSchedule|UnParseableCronJobSchedule|InvalidSchedule|UnknownTimeZone)$/);
    const missed = said(/^(TooManyMissedTimes|MissSchedule)$/);
    const because = [job, bad ?? missed];
    const base = { object, because, disproof: "the next run starts on time" };
    if (job.spec.suspend === true)
      return found(world, {
        ...base,
        class: "cronjob-suspended-or-invalid",
        statement: `${named(object)} is suspended: no run starts until somebody resumes it.`,
        confidence: job.status?.lastScheduleTime ? 0.9 : 0.86,
      });
    if (bad)
      return found(world, {
        ...base,
        class: "cronjob-suspended-or-invalid",
        statement: `${named(object)} never starts a run: its schedule cannot be read. Kubernetes says: ${quote(bad.message ?? "")}.`,
        confidence: 0.95,
      });
    return missed
      ? found(world, {
          ...base,
          class: "cronjob-missed-starts",
          statement: `${named(object)} misses its starts. Kubernetes says: ${quote(missed.message ?? "")}.`,
          confidence: 0.88,
        })
      : [];
  });

/** Jobs that gave up and CronJobs that do not start. */
export const jobs = (world: World): Finding[] => [
  ...world.list("Job").flatMap((job) => [...failed(world, job), ...sidecar(world, job)]),
  ...cron(world),
];
