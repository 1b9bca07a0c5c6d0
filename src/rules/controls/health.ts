import type { Finding } from "../../incident/diagnosis.ts";
import type { Pod, Workload } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { found, named, plural, quote, spanText } from "../finding.ts";
import { readyAddresses, slicesOf } from "../network/services.ts";
import { clock, containersOf, livePods, type Running, recent } from "../world/containers.ts";
import { eventText, eventTime } from "../world/events.ts";
import { keyOf } from "../world/objects.ts";
import { replicaSetsOf } from "../world/revisions.ts";
import type { World } from "../world/world.ts";
import { off } from "./off.ts";
import { runs } from "./runs.ts";

interface Count {
  wanted: number;
  ready: number;
}

/** Ready pods of a Deployment's newest revision; ready ones of an older one say nothing of it. */
const readyOfNewest = (world: World, object: ObjectRef): number => {
  const [newest] = object.kind === "Deployment" ? replicaSetsOf(world, object) : [];
  return newest?.status ? (newest.status.readyReplicas ?? 0) : Number.POSITIVE_INFINITY;
};

const countOf = (world: World, { kind, spec, status }: Workload, object: ObjectRef): Count =>
  kind === "DaemonSet"
    ? {
        wanted: status?.desiredNumberScheduled ?? 0,
        ready: Math.min(status?.numberReady ?? 0, status?.updatedNumberScheduled ?? 0),
      }
    : {
        wanted: spec.replicas ?? 1,
        ready: Math.min(
          status?.readyReplicas ?? 0,
          status?.updatedReplicas ?? status?.readyReplicas ?? 0,
          readyOfNewest(world, object),
        ),
      };

const settled = 5 * 60_000;

/** A pod that is being deleted says nothing of how the workload is now. */
const staying = (pods: readonly Pod[]): Pod[] => pods.filter(({ metadata }) => !metadata.deletionTimestamp);

/** Something in the pods that a healthy one does not have. */
const doubt = (world: World, pods: readonly Pod[]): string | null => {
  for (const pod of pods) {
    for (const { name, status } of containersOf(pod)) {
      const died = clock(status.lastState?.terminated?.finishedAt);
      if (status.state?.waiting?.reason) return `container ${name} waits (${status.state.waiting.reason})`;
      if (died > 0 && world.now - died < settled && (status.restartCount ?? 0) > 1)
        return `container ${name} restarted a moment ago`;
    }
    const ready = pod.status?.conditions?.find(({ type, status }) => type === "Ready" && status === "True");
    const warned = world.eventsOf(pod).find(
      (event) =>
        event.type === "Warning" &&
        world.now - eventTime(event) < 2 * 60_000 &&
        // A probe that failed until the program was up is a start like any other.
        !(event.reason === "Unhealthy" && eventTime(event) <= clock(ready?.lastTransitionTime)) &&
        !/failed to sync/.test(eventText(event)),
    );
    if (warned) return `a warning was just given: ${eventText(warned)}`;
  }
  return null;
};

/** A crash that its pod got over by itself: whoever was alerted for it must find it told. */
const gotOver = (world: World, pods: readonly Pod[]): string | null => {
  const died = ({ status }: Running): number => clock(status.lastState?.terminated?.finishedAt);
  const [last] = pods
    .flatMap(containersOf)
    .filter((one) => !one.init && world.now - died(one) < recent)
    .toSorted((a, b) => died(b) - died(a));
  const end = last?.status.lastState?.terminated;
  return last && end
    ? `container ${last.name} ended with exit code ${end.exitCode}${end.reason && end.reason !== "Error" ? ` (${end.reason})` : ""} ${spanText(world.now - died(last))} ago and recovered on its own (${plural(last.status.restartCount ?? 1, "restart")})`
    : null;
};

const healthy = (world: World, workload: Workload, object: ObjectRef): Finding[] => {
  const { wanted, ready } = countOf(world, workload, object);
  const pods = staying(world.podsOf(object));
  if (wanted === 0 || ready < wanted || doubt(world, pods) !== null) return [];
  const condition = workload.status?.conditions?.find(({ type }) => type === "Available");
  const crash = gotOver(world, pods);
  const since = crash === null ? "none waiting and none restarted lately" : `none waiting; ${crash}`;
  return found(world, {
    class: "control-healthy",
    object,
    statement: `${named(object)} is healthy${crash === null ? "" : " now"}: ${ready} of ${plural(wanted, "replica")} ready, ${since}${condition?.message ? ` (${quote(condition.message)})` : ""}.`,
    because: [workload, ...pods.slice(0, 20)],
    confidence: pods.length >= wanted ? 0.93 : 0.8,
    disproof: "a replica becomes unready or restarts within the next minutes",
  });
};

/** An init container that takes longer than this is no longer a start that goes by itself. */
const initPatience = 90_000;

/** A pod on its way up waits for its sandbox or its init containers, and for nothing else: what died or lingers is stuck. */
const stuck = (world: World, { init, spec, status }: Running): boolean => {
  const { waiting, running, terminated } = status.state ?? {};
  if (!/^(ContainerCreating|PodInitializing)?$/.test(waiting?.reason ?? "")) return true;
  if (terminated) return !init || terminated.exitCode !== 0;
  if ((status.restartCount ?? 0) > 0 && status.ready === false) return true;
  if (world.now - clock(status.lastState?.terminated?.finishedAt) < settled) return true;
  return init && spec?.restartPolicy !== "Always" && !!running && world.now - clock(running.startedAt) > initPatience;
};

const failing = (world: World, root: ObjectRef): boolean =>
  livePods(world)
    .filter((pod) => keyOf(world.rootOf(pod)) === keyOf(root))
    .flatMap(containersOf)
    .some((one) => stuck(world, one));

const rolling = (world: World, workload: Workload, object: ObjectRef): Finding[] => {
  const { wanted, ready } = countOf(world, workload, object);
  const progressing = workload.status?.conditions?.find(({ type }) => type === "Progressing");
  const moving = progressing?.status === "True" && progressing.reason !== "NewReplicaSetAvailable";
  const lately =
    world.now - clock(progressing?.lastTransitionTime) < settled ||
    world.now - newestCreation(world, object) < 2 * 60_000;
  const pods = world.podsOf(object);
  const seen = pods.length > 0 || world.knows("Pod", object.namespace);
  if (!moving || !lately || ready >= wanted || !seen || failing(world, object)) return [];
  return found(world, {
    class: "control-rollout-in-progress",
    object,
    statement: `${named(object)} is in the middle of a rollout that still moves: ${ready} of ${plural(wanted, "replica")} of the new revision ready. The controller says: ${quote(progressing?.message ?? "")}.`,
    because: [workload, ...pods.slice(0, 20)],
    confidence: 0.87,
    disproof: "the count of updated replicas stands still until the progress deadline",
  });
};

const newestCreation = (world: World, object: ObjectRef): number =>
  Math.max(0, ...world.podsOf(object).map(({ metadata }) => clock(metadata.creationTimestamp)));

const waitingClaim = (world: World, object: ObjectRef): Finding[] => {
  const claim = world.find("PersistentVolumeClaim", object.namespace, object.name);
  const event =
    claim && world.eventsOf(claim).find(({ reason = "" }) => /^WaitFor(FirstConsumer|PodScheduled)$/.test(reason));
  return claim && event && claim.status?.phase === "Pending"
    ? found(world, {
        class: "control-normal-pending",
        object,
        statement: `${named(object)} waits for a pod to use it, as its storage class wants: ${quote(eventText(event))}. Nothing is wrong with it.`,
        because: [claim, event],
        confidence: 0.94,
        disproof: "a scheduled pod that uses the claim still waits for it",
      })
    : [];
};

const readyNode = (world: World, object: ObjectRef): Finding[] => {
  const node = world.find("Node", null, object.name);
  const conditions = node?.status?.conditions ?? [];
  const well =
    conditions.length > 0 && conditions.every(({ type, status }) => (type === "Ready") === (status === "True"));
  return node && well
    ? found(world, {
        class: "control-healthy",
        object,
        statement: `${named(object)} is ready and reports no pressure.`,
        because: [node],
        confidence: 0.9,
        disproof: "one of its conditions changes within the next minutes",
      })
    : [];
};

const servedService = (world: World, object: ObjectRef): Finding[] => {
  const service = world.find("Service", object.namespace, object.name);
  const addresses = service ? readyAddresses(world, service) : 0;
  return service && addresses > 0
    ? found(world, {
        class: "control-healthy",
        object,
        statement: `${named(object)} leads to ${plural(addresses, "ready endpoint")}.`,
        because: [service, ...slicesOf(world, service)],
        confidence: 0.9,
        disproof: "a request to the Service fails",
      })
    : [];
};

/** A pod of nobody: done for good, or up and ready. */
const lonePod = (world: World, object: ObjectRef): Finding[] => {
  const pod = world.find("Pod", object.namespace, object.name);
  if (pod?.status?.phase === "Succeeded")
    return found(world, {
      class: "control-job-pod-finished",
      object,
      statement: `${named(object)} has ended with success and is not started again; it is not ready because it is done.`,
      because: [pod],
      confidence: 0.93,
      disproof: "one of its containers ended with another exit code than 0",
    });
  const ready = pod?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
  const crash = gotOver(world, world.podsOf(object));
  return pod && ready && doubt(world, world.podsOf(object)) === null
    ? found(world, {
        class: "control-healthy",
        object,
        statement: `${named(object)} is healthy${crash === null ? "" : " now"}: it is ready, ${crash ?? "and no container of it waits or restarted lately"}.`,
        because: [pod],
        confidence: 0.92,
        disproof: "it becomes unready or restarts within the next minutes",
      })
    : [];
};

/** What there is to say about a subject on which no rule found anything; empty when it is neither well nor explained. */
export const controls = (world: World, object: ObjectRef, alerted: boolean): Finding[] => {
  if (object.kind === "Job" || object.kind === "CronJob") return runs(world, object);
  if (object.kind === "Service") return servedService(world, object);
  if (object.kind === "Pod") return lonePod(world, object);
  if (object.kind === "Node") return readyNode(world, object);
  if (object.kind === "PersistentVolumeClaim") return waitingClaim(world, object);
  const workload = world.workload(object);
  return workload
    ? [...healthy(world, workload, object), ...rolling(world, workload, object), ...off(world, workload, alerted)]
    : [];
};
