import type { KubeObject, Workload } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { clock } from "../world/containers.ts";
import { eventText, eventTime } from "../world/events.ts";
import { keyOf, refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { type Change, partsNamed } from "./change.ts";
import { began, beginnings, rollouts } from "./rolled-out.ts";
import { fieldsWritten, isPerson } from "./writes.ts";

/** Who set the count of replicas through the scale subresource: kubectl scale, an autoscaler, a script. */
const scaled = (world: World, workload: Workload): Change[] =>
  (workload.metadata.managedFields ?? []).flatMap(({ manager = "an unnamed manager", subresource, time }) => {
    const [evidence] = world.cite(workload);
    return subresource === "scale" && time && evidence
      ? [
          {
            at: time,
            head: `${workload.metadata.name} scaled to ${workload.spec.replicas ?? 1} by ${manager}`,
            evidence,
            of: refOf(workload),
            parts: partsNamed("scaled"),
          },
        ]
      : [];
  });

/** Writes to the spec after its creation. One that began a revision is told with the revision. */
const edits = (world: World, workload: KubeObject): Change[] => {
  const [evidence] = world.cite(workload);
  const rolledOut = beginnings(world, workload);
  return (workload.metadata.managedFields ?? []).flatMap((write) => {
    const { manager, subresource, time } = write;
    const fields = fieldsWritten(write);
    const told =
      rolledOut.some((one) => began(workload, write, one)) ||
      clock(time) - clock(workload.metadata.creationTimestamp) < 2000;
    return evidence && time && isPerson(manager) && !subresource && !told && fields.length > 0
      ? [
          {
            at: time,
            head: `${workload.kind} ${workload.metadata.name} edited by ${manager} (${fields.join(", ")})`,
            evidence,
            of: refOf(workload),
            parts: partsNamed(...fields),
          },
        ]
      : [];
  });
};

/** The API server forgets who set the count when it is set to nothing; only the controller's events are left. */
const toNothing = (world: World, workload: Workload): Change[] => {
  if (workload.kind === "DaemonSet" || workload.spec.replicas !== 0) return [];
  const event = world
    .eventsOf(workload)
    .find(({ reason, message = "" }) =>
      reason === "ScalingReplicaSet" ? /to 0$/.test(message) : reason === "SuccessfulDelete",
    );
  const [evidence] = world.cite(event);
  return event && evidence
    ? [
        {
          at: new Date(eventTime(event)).toISOString(),
          head: `${workload.metadata.name} scaled to 0 (${eventText(event)}), by whom the cluster does not keep`,
          evidence,
          of: refOf(workload),
          parts: partsNamed("scaled"),
        },
      ]
    : [];
};

const scalings = (world: World, workload: Workload): Change[] =>
  world
    .eventsOf(workload)
    .filter(({ reason, message = "" }) => reason === "ScalingReplicaSet" && !/from 0 to|to 0/.test(message))
    .slice(0, 3)
    .flatMap((event) => {
      const [evidence] = world.cite(event);
      const at = new Date(eventTime(event)).toISOString();
      return evidence
        ? [{ at, head: eventText(event), evidence, of: refOf(workload), parts: partsNamed("scaled") }]
        : [];
    });

const edited = [
  "Service",
  "CronJob",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
  "ResourceQuota",
  "LimitRange",
  "NetworkPolicy",
  "Ingress",
] as const;

/** What changed around the sick object before the alert, newest first. */
export const changesOf = (world: World, refs: readonly ObjectRef[], before: number): Change[] => {
  const keys = new Set(refs.map(keyOf));
  const all = world.workloads
    .filter((one) => keys.has(keyOf(refOf(one))))
    .flatMap((one) => [
      ...rollouts(world, one),
      ...edits(world, one),
      ...(scaled(world, one).length > 0 ? scaled(world, one) : toNothing(world, one)),
      ...scalings(world, one),
    ]);
  const others = edited
    .flatMap((kind): readonly KubeObject[] => world.list(kind))
    .filter((one) => keys.has(keyOf(refOf(one))))
    .flatMap((one) => edits(world, one));
  const nodes = world.list("Node").filter((one) => keys.has(keyOf(refOf(one))));
  const conditions = nodes.flatMap((node) =>
    (node.status?.conditions ?? [])
      .filter(({ type, status }) => (type === "Ready") !== (status === "True"))
      .flatMap(({ type, status, lastTransitionTime = "" }) => {
        const [evidence] = world.cite(node);
        return evidence
          ? [
              {
                at: lastTransitionTime,
                head: `node ${node.metadata.name}: ${type} became ${status}`,
                evidence,
                of: refOf(node),
                parts: partsNamed(type),
              },
            ]
          : [];
      }),
  );
  return [...all, ...others, ...conditions]
    .filter(({ at }) => clock(at) > 0 && clock(at) <= before)
    .toSorted((a, b) => clock(b.at) - clock(a.at));
};
