import type { Finding } from "../../incident/diagnosis.ts";
import type { PodSpec, Workload } from "../../incident/kube.ts";
import type { CronJob } from "../../incident/kube-jobs.ts";
import { found, named } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

/** How long after its start a run's write may come: pulling an image counts. */
const slack = 3 * 60_000;

const podSpecOf = (job: CronJob): PodSpec | null => {
  const template = (job.spec as { jobTemplate?: { spec?: { template?: { spec?: PodSpec } } } }).jobTemplate;
  return template?.spec?.template?.spec ?? null;
};

const commandOf = (job: CronJob): string =>
  (podSpecOf(job)?.containers ?? []).flatMap(({ command = [], args = [] }) => [...command, ...args]).join(" ");

const writes = /\bkubectl\b.*\b(patch|set|scale|apply|replace|edit|rollout)\b|\b(PATCH|PUT)\b|--method[= ]PATCH/s;

const runsOf = (world: World, job: CronJob): number[] => {
  const started = world
    .list("Job")
    .filter((one) => world.rootOf(one).name === job.metadata.name && world.rootOf(one).kind === "CronJob")
    .map(({ status, metadata }) => clock(status?.startTime ?? metadata.creationTimestamp));
  return [...started, clock(job.status?.lastScheduleTime)].filter((time) => time > 0);
};

/** The write of the spec that fell into a run of the CronJob; creation is no write. */
const writeIn = (workload: Workload, runs: readonly number[]) =>
  (workload.metadata.managedFields ?? []).find(
    ({ time, manager, subresource }) =>
      (!subresource || subresource === "scale") &&
      manager !== "kube-controller-manager" &&
      clock(time) - clock(workload.metadata.creationTimestamp) > 2000 &&
      runs.some((run) => clock(time) >= run && clock(time) - run < slack),
  );

const names = (text: string, name: string): boolean => text.split(/[^A-Za-z0-9.-]+/).some((word) => word === name);

/** A scheduled job that writes the sick spec again after each repair: the actor, not the victim. */
export const reapplied = (world: World): Finding[] =>
  world.list("CronJob").flatMap((job) => {
    const command = commandOf(job);
    if (job.spec.suspend === true || !writes.test(command)) return [];
    return world.workloads
      .filter(({ metadata }) => metadata.namespace === job.metadata.namespace && names(command, metadata.name))
      .flatMap((workload) => {
        const write = writeIn(workload, runsOf(world, job));
        const object = refOf(workload);
        const wanted = workload.spec.replicas ?? 1;
        if (!write || (wanted > 0 && (workload.status?.readyReplicas ?? 0) >= wanted)) return [];
        return found(world, {
          class: "fault-reapplied",
          object,
          statement: `${named(object)} is changed by the CronJob ${job.metadata.name} at each of its runs (${job.spec.schedule}); its last write, by ${write.manager ?? "an unnamed manager"}, came at ${write.time}. A repair of the workload alone will not hold: stop or correct the CronJob.`,
          because: [workload, job],
          confidence: 0.9,
          disproof: "the CronJob writes another value than the sick one",
          related: [refOf(job)],
        });
      });
  });
