import type { Cause } from "../../incident/diagnosis.ts";
import type { Container, KubeObject, PodSpec, Workload } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { quote } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { eventText, eventTime } from "../world/events.ts";
import { keyOf, refOf } from "../world/objects.ts";
import { replicaSetsOf, revisionOf } from "../world/revisions.ts";
import type { World } from "../world/world.ts";
import { cameBack, isReused } from "./rolled-out.ts";
import { fieldsWritten, isPerson, type Write } from "./writes.ts";

/** A change, with what it was made to and which parts it touched: names and values in its words mean neither. */
export type Change = Cause["changes"][number] & { readonly of: ObjectRef; readonly parts: string };

/** As a diagnosis keeps them. */
export const toldOf = (changes: readonly Change[]): Cause["changes"] =>
  changes.map(({ at, what, evidence }) => ({ at, what, evidence }));

const partOf = (difference: string): string =>
  difference
    .replace(/^container .* added$/, "container added")
    .replace(/^[^:]+: /, "")
    .replace(/^(image|[^ ]+ (?:limit|request)) .* → .*$/, "$1")
    .replace(/^env .* (added|removed|changed)$/, "env $1");

const partsOf = (differences: readonly string[]): string => differences.map(partOf).join("; ");

const resourceText = ({ resources }: Container): Record<string, string> =>
  Object.fromEntries(
    (["requests", "limits"] as const).flatMap((part) =>
      Object.entries(resources?.[part] ?? {}).map(([name, value]) => [`${name} ${part.slice(0, -1)}`, String(value)]),
    ),
  );

const fieldsOf = (container: Container): Record<string, string> => ({
  image: container.image ?? "",
  command: JSON.stringify([...(container.command ?? []), ...(container.args ?? [])]).slice(0, 120),
  "readiness probe": JSON.stringify(container.readinessProbe ?? null),
  "liveness probe": JSON.stringify(container.livenessProbe ?? null),
  "startup probe": JSON.stringify(container.startupProbe ?? null),
  ports: JSON.stringify(container.ports ?? []),
  ...resourceText(container),
  ...Object.fromEntries(
    (container.env ?? []).map(({ name, value, valueFrom }) => [
      `env ${name}`,
      value ?? JSON.stringify(valueFrom ?? ""),
    ]),
  ),
});

/** Values of variables may be secrets: that they changed is said, not to what. */
const fieldChange = (field: string, before: string | undefined, after: string | undefined): string | null => {
  if (before === after) return null;
  if (before === undefined) return `${field} added`;
  if (after === undefined) return `${field} removed`;
  return /^(env|command|ports)|probe$/.test(field)
    ? `${field} changed`
    : `${field} ${before || "none"} → ${after || "none"}`;
};

const containerChanges = (before: Container, after: Container): string[] => {
  const [old, young] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(young)])].flatMap(
    (field) => fieldChange(field, old[field], young[field]) ?? [],
  );
};

/** What differs between two templates, container by container. */
export const templateChanges = (before: PodSpec, after: PodSpec): string[] => {
  const lists = [
    [before.containers, after.containers] as const,
    [before.initContainers ?? [], after.initContainers ?? []] as const,
  ];
  return lists.flatMap(([old, young]) =>
    young.flatMap((container) => {
      const earlier = old.find(({ name }) => name === container.name);
      return earlier
        ? containerChanges(earlier, container).map((one) => `${container.name}: ${one}`)
        : [`container ${container.name} added`];
    }),
  );
};

/** With the strategy Recreate the new revision comes only when the last old pod is gone. */
const slowest = 5 * 60_000;

/** Whether this write began the revision of that moment. */
const began = (write: Write, at: number): boolean => {
  const before = at - clock(write.time);
  return Math.abs(before) < 5000 || (before > 0 && before < slowest && fieldsWritten(write).includes("template"));
};

/** Who wrote the spec at a moment, as far as the managed fields keep it. */
const byWhom = (workload: Workload, at: number): string => {
  const off = (time: string | undefined): number => Math.abs(clock(time) - at);
  const writes = (workload.metadata.managedFields ?? [])
    .filter((write) => !write.subresource && isPerson(write.manager) && began(write, at))
    .toSorted((a, b) => off(a.time) - off(b.time));
  const nearest = writes.find((write) => fieldsWritten(write).includes("template")) ?? writes[0];
  return nearest ? ` by ${nearest.manager}` : "";
};

/** When a revision began to be rolled out, and by whom, as far as the cluster keeps it. */
const beginningOf = (
  world: World,
  workload: Workload,
  newest: KubeObject,
  before: KubeObject,
): { at: string; told: string } => {
  if (!isReused(newest, before)) {
    const at = newest.metadata.creationTimestamp ?? "";
    return { at, told: byWhom(workload, clock(at)) };
  }
  const back = cameBack(world, workload, newest, before);
  const again = " again, one that was in use before";
  if (back !== null) return { at: back, told: `${again},${byWhom(workload, clock(back)) || " by whom is not kept"}` };
  const since = before.metadata.creationTimestamp ?? "";
  return { at: since, told: `${again}, at some time after ${since}; when and by whom the cluster does not keep` };
};

const rollout = (world: World, workload: Workload): Change[] => {
  const [newest, before] = replicaSetsOf(world, refOf(workload));
  const [evidence] = world.cite(newest);
  if (!newest || !before || !evidence) return [];
  const differs = templateChanges(before.spec.template.spec, newest.spec.template.spec).slice(0, 8);
  const cause = workload.metadata.annotations?.["kubernetes.io/change-cause"];
  const { at, told } = beginningOf(world, workload, newest, before);
  return [
    {
      at,
      what: `revision ${revisionOf(newest)} of ${workload.metadata.name} rolled out${told}: ${differs.join("; ") || "a new template"}${cause ? ` (change cause: ${quote(cause)})` : ""}`,
      evidence,
      of: refOf(workload),
      parts: partsOf(differs),
    },
  ];
};

const controllerRevisions = (world: World, owner: KubeObject) =>
  world
    .list("ControllerRevision")
    .filter((one) => keyOf(world.rootOf(one)) === keyOf(refOf(owner)))
    .toSorted((a, b) => (b.revision ?? 0) - (a.revision ?? 0));

/** StatefulSets and DaemonSets keep their revisions as objects of their own. */
const revised = (world: World, workload: Workload): Change[] => {
  const [newest, before] = controllerRevisions(world, workload);
  const [old, young] = [before, newest].map((one) => one?.data?.spec?.template?.spec);
  const [evidence] = world.cite(newest);
  if (!newest || !before || !old?.containers || !young?.containers || !evidence) return [];
  const { at, told } = beginningOf(world, workload, newest, before);
  const differs = templateChanges(old, young).slice(0, 8);
  return [
    {
      at,
      what: `revision ${newest.revision} of ${workload.metadata.name} rolled out${told}: ${differs.join("; ") || "a new template"}`,
      evidence,
      of: refOf(workload),
      parts: partsOf(differs),
    },
  ];
};

/** Who set the count of replicas through the scale subresource: kubectl scale, an autoscaler, a script. */
const scaled = (world: World, workload: Workload): Change[] =>
  (workload.metadata.managedFields ?? []).flatMap(({ manager = "an unnamed manager", subresource, time }) => {
    const [evidence] = world.cite(workload);
    return subresource === "scale" && time && evidence
      ? [
          {
            at: time,
            what: `${workload.metadata.name} scaled to ${workload.spec.replicas ?? 1} by ${manager}`,
            evidence,
            of: refOf(workload),
            parts: "scaled",
          },
        ]
      : [];
  });

/** Writes to the spec after its creation. One that began a revision is told with the revision. */
const edits = (world: World, workload: KubeObject): Change[] => {
  const sets = replicaSetsOf(world, refOf(workload));
  const revisions = [...sets.slice(0, 1), ...controllerRevisions(world, workload)];
  const [evidence] = world.cite(workload);
  const rolledOut = [
    ...revisions.map(({ metadata }) => clock(metadata.creationTimestamp)),
    ...[sets, controllerRevisions(world, workload)].flatMap(([newest, before]) =>
      newest && before && isReused(newest, before)
        ? [clock(cameBack(world, workload as Workload, newest, before) ?? "")]
        : [],
    ),
  ];
  return (workload.metadata.managedFields ?? []).flatMap((write) => {
    const { manager, subresource, time } = write;
    const fields = fieldsWritten(write);
    const told =
      rolledOut.some((at) => began(write, at)) || clock(time) - clock(workload.metadata.creationTimestamp) < 2000;
    return evidence && time && isPerson(manager) && !subresource && !told && fields.length > 0
      ? [
          {
            at: time,
            what: `${workload.kind} ${workload.metadata.name} edited by ${manager} (${fields.join(", ")})`,
            evidence,
            of: refOf(workload),
            parts: fields.join(", "),
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
          what: `${workload.metadata.name} scaled to 0 (${eventText(event)}), by whom the cluster does not keep`,
          evidence,
          of: refOf(workload),
          parts: "scaled",
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
      return evidence ? [{ at, what: eventText(event), evidence, of: refOf(workload), parts: "scaled" }] : [];
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
      ...rollout(world, one),
      ...revised(world, one),
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
                what: `node ${node.metadata.name}: ${type} became ${status}`,
                evidence,
                of: refOf(node),
                parts: type,
              },
            ]
          : [];
      }),
  );
  return [...all, ...others, ...conditions]
    .filter(({ at }) => clock(at) > 0 && clock(at) <= before)
    .toSorted((a, b) => clock(b.at) - clock(a.at))
    .slice(0, 10);
};
