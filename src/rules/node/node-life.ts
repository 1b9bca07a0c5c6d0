import type { Finding } from "../../incident/diagnosis.ts";
import type { KubeEvent, KubeNode } from "../../incident/kube.ts";
import { found, named } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { eventCount, eventTime } from "../world/events.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

/** Taints by which autoscalers, spot handlers and clouds announce that a node goes. */
const farewells =
  /^(ToBeDeletedByClusterAutoscaler|karpenter\.sh\/(disrupted|disruption)|aws-node-termination-handler\/.+|cloud\.google\.com\/impending-node-termination|node\.cloudprovider\.kubernetes\.io\/shutdown|node\.kubernetes\.io\/out-of-service|kubernetes\.azure\.com\/(scheduled-event|preempt).*)$/;

export const farewellOf = ({ spec }: KubeNode): string | null =>
  (spec?.taints ?? []).find(({ key }) => farewells.test(key))?.key ?? null;

const planned = (world: World, node: KubeNode): Finding[] => {
  const key = farewellOf(node);
  if (key === null) return [];
  const object = refOf(node);
  return found(world, {
    class: "node-planned-removal",
    object,
    statement: `${named(object)} is being removed on purpose (taint ${key}): its pods move, and nothing is to be done if they come up elsewhere.`,
    because: [node],
    confidence: 0.93,
    disproof: "the taint goes away and the node stays",
  });
};

const window = 15 * 60_000;

/** Readiness changes of the last quarter of an hour, by the metric where it answered, by events where not. */
const changes = (world: World, node: KubeNode): { count: number; events: KubeEvent[]; metric: string | null } => {
  for (const { id, question, answer } of world.evidence) {
    const asked = question.ask === "metric" && question.query.includes("kube_node_status_condition");
    if (!asked || answer.kind !== "found" || answer.body.kind !== "series") continue;
    if (!answer.body.query.includes(JSON.stringify(node.metadata.name))) continue;
    const series = answer.body.series.find(({ labels }) => labels.condition === "Ready");
    const values = (series?.points ?? []).filter(([at]) => world.now - at * 1000 <= window).map(([, value]) => value);
    const count = values.filter((value, at) => at > 0 && value !== values[at - 1]).length;
    if (count > 0) return { count, events: [], metric: id };
  }
  const events = world
    .eventsOf(node)
    .filter((event) => /^Node(Not)?Ready$/.test(event.reason ?? "") && world.now - eventTime(event) <= window)
    .filter((event) => eventTime(event) - clock(event.firstTimestamp ?? undefined) <= window);
  return { count: events.reduce((sum, event) => sum + eventCount(event), 0), events, metric: null };
};

const flapping = (world: World, node: KubeNode): Finding[] => {
  const { count, events, metric } = changes(world, node);
  if (count <= 2) return [];
  const object = refOf(node);
  return found(world, {
    class: "node-flapping",
    object,
    statement: `${named(object)} changed between ready and not ready ${count} times within 15 minutes.`,
    because: [node, ...events],
    confidence: 0.92,
    disproof: "its condition Ready stays the same for a quarter of an hour",
  }).map((one) => (metric ? { ...one, evidence: [...one.evidence, metric] } : one));
};

/** Nodes that come and go: on purpose, or by fits and starts. */
export const nodeLife = (world: World): Finding[] =>
  world.list("Node").flatMap((node) => [...planned(world, node), ...flapping(world, node)]);
