import type { Finding } from "../../incident/diagnosis.ts";
import type { Job } from "../../incident/kube-jobs.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { found, named } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { keyOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const finishedJob = (world: World, job: Job, object: ObjectRef): Finding[] =>
  job.status?.conditions?.some(({ type, status }) => type === "Complete" && status === "True")
    ? found(world, {
        class: "control-job-pod-finished",
        object,
        statement: `${named(object)}${object.kind === "CronJob" ? `: its run ${job.metadata.name}` : ""} has finished with success; its pods are not ready because they are done.`,
        because: [job, ...world.podsOf(object).slice(0, 5)],
        confidence: 0.95,
        disproof: "the Job's condition Failed is True",
      })
    : [];

const newestJob = (world: World, object: ObjectRef): Job | null =>
  world
    .list("Job")
    .filter((job) => keyOf(world.rootOf(job)) === keyOf(object))
    .toSorted((a, b) => clock(b.metadata.creationTimestamp) - clock(a.metadata.creationTimestamp))[0] ?? null;

/** A schedule that has not come round yet. */
const waiting = (world: World, object: ObjectRef): Finding[] => {
  const schedule = world.find("CronJob", object.namespace, object.name);
  return schedule && schedule.spec.suspend !== true && !schedule.status?.lastScheduleTime
    ? found(world, {
        class: "control-healthy",
        object,
        statement: `${named(object)} waits for its first run (${schedule.spec.schedule}); none has been due yet.`,
        because: [schedule],
        confidence: 0.87,
        disproof: "a run was due since it was created",
      })
    : [];
};

/** Jobs and schedules that are done, or have nothing to do yet. */
export const runs = (world: World, object: ObjectRef): Finding[] => {
  const job = newestJob(world, object);
  if (job) return finishedJob(world, job, object);
  return object.kind === "CronJob" ? waiting(world, object) : [];
};
