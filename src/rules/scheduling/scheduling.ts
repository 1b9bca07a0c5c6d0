import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { KubeEvent, KubeNode, Pod } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { found, named, quote } from "../finding.ts";
import { livePods } from "../world/containers.ts";
import { eventText } from "../world/events.ts";
import { refOf } from "../world/objects.ts";
import { nodeFits, type Taint, taintText, untolerated } from "../world/selectors.ts";
import type { World } from "../world/world.ts";
import { allocatable, amount, requestOf } from "./requests.ts";

interface Stuck {
  readonly world: World;
  readonly pod: Pod;
  readonly text: string;
  readonly event: KubeEvent | null;
  readonly nodes: readonly KubeNode[];
}

interface Verdict {
  class: FaultClass;
  words: string;
  disproof: string;
  confidence?: number;
  object?: ObjectRef;
  nodes?: readonly KubeNode[];
}

const stuckPod = (world: World, pod: Pod): Stuck | null => {
  const condition = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (pod.spec.nodeName || pod.status?.phase !== "Pending") return null;
  const event = world.eventsOf(pod).find(({ reason }) => reason === "FailedScheduling") ?? null;
  const said = condition?.reason === "Unschedulable" ? condition.message : undefined;
  const text = said ?? (event ? eventText(event) : "");
  return text === "" ? null : { world, pod, text, event: said ? null : event, nodes: world.list("Node") };
};

/** The reasons without the sentence about preemption, which repeats them. */
const filters = (text: string): string => text.split(/ (?:no new claims|preemption:)/)[0] ?? text;

const wish = ({ spec }: Pod): string =>
  Object.entries(spec.nodeSelector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(", ") || "its node affinity";

const selectorVerdict = ({ pod, nodes, text }: Stuck): Verdict | null => {
  const unmatched =
    nodes.length > 0
      ? !nodes.some((node) => nodeFits(pod.spec, node))
      : /didn't match Pod's node (affinity\/selector|selector)|didn't match node selector/.test(text) &&
        !/taint|Insufficient|unschedulable/.test(text);
  return unmatched
    ? {
        class: "node-selector-unmatched",
        words: `no node carries what it asks for (${wish(pod)})`,
        disproof: "a node carries these labels",
        nodes,
      }
    : null;
};

const lifecycleTaint = ({ key }: Taint): FaultClass | null =>
  /^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(key)
    ? "node-not-ready"
    : /^node\.kubernetes\.io\/(memory|disk|pid)-pressure$/.test(key)
      ? "node-pressure"
      : key === "node.kubernetes.io/unschedulable"
        ? "node-cordoned"
        : null;

const taintVerdict = ({ pod, nodes, text }: Stuck): Verdict | null => {
  const fitting = nodes.filter((node) => nodeFits(pod.spec, node));
  const barred = fitting
    .map((node) => ({ node, taints: untolerated(pod.spec, node) }))
    .filter(({ taints }) => taints.length > 0);
  const closed = fitting.length > 0 && barred.length === fitting.length;
  if (
    nodes.length === 0 &&
    /untolerated taint|had taints? that the pod didn't tolerate/.test(text) &&
    !/Insufficient/.test(text)
  )
    return {
      class: "taint-untolerated",
      words: "every node that would do has a taint it does not tolerate",
      disproof: "a node without such a taint has room",
      confidence: 0.86,
    };
  if (!closed) return null;
  const taints = barred.flatMap((one) => one.taints);
  const own = taints.find((taint) => lifecycleTaint(taint) === null);
  const first = own ?? taints[0];
  if (!first) return null;
  const sort = lifecycleTaint(first) ?? "taint-untolerated";
  const node = barred.find((one) => one.taints.includes(first))?.node;
  const words =
    sort === "taint-untolerated"
      ? `every node that would do has a taint it does not tolerate (${taintText(first)})`
      : sort === "node-cordoned"
        ? "every node that would do is cordoned"
        : `every node that would do is out of order (${first.key})`;
  return {
    class: sort,
    words,
    disproof: "a node without these taints fits the pod and has room",
    nodes: barred.map((one) => one.node),
    ...(sort !== "taint-untolerated" && node ? { object: refOf(node) } : {}),
  };
};

const resourceVerdict = ({ pod, nodes, text }: Stuck): Verdict | null => {
  const short = [...filters(text).matchAll(/Insufficient ([a-z0-9./-]+[a-z0-9])/g)].map(([, name = ""]) => name);
  const resource = short[0];
  if (!resource) return null;
  if (!["cpu", "memory", "ephemeral-storage"].includes(resource))
    return {
      class: "extended-resource-absent",
      words: `no node has ${resource} to give`,
      disproof: `a node offers ${resource}`,
      nodes,
    };
  const request = requestOf(pod.spec, resource);
  const largest = Math.max(
    0,
    ...nodes.filter((node) => nodeFits(pod.spec, node)).map((node) => allocatable(node, resource)),
  );
  const asks = `it asks for ${amount(resource, request)}`;
  if (nodes.length > 0 && request > largest)
    return {
      class: "request-exceeds-largest-node",
      words: `${asks}, and the largest node that would do has ${amount(resource, largest)} to give even when empty`,
      disproof: "a node that fits has more to give than the request",
      nodes,
    };
  return {
    class: "insufficient-cpu-or-memory",
    words: `${asks}, and no node has that much ${resource} left`,
    disproof: `a node that fits has that much ${resource} free`,
    confidence: nodes.length > 0 ? 0.93 : 0.86,
    nodes,
  };
};

const worded: readonly (readonly [RegExp, FaultClass, string])[] = [
  [/Too many pods/, "node-pod-limit-reached", "every node already runs as many pods as it may"],
  [/didn't have free ports/, "host-port-taken", "the host port it wants is taken on every node"],
  [/topology spread constraints/, "topology-spread-unsatisfied", "no node satisfies its topology spread constraints"],
  [
    /(anti-affinity rules|pod affinity rules|inter-pod affinity)/,
    "anti-affinity-deadlock",
    "its rules about which pods may share a node leave no node",
  ],
  [
    /PersistentVolume's node affinity|volume node affinity conflict|no available volume zone/,
    "volume-node-affinity-conflict",
    "its volume can only be used on a node that is not available",
  ],
  [
    /ReadWriteOncePod access mode already in-use/,
    "volume-multi-attach",
    "another pod holds its volume, which only one pod may use",
  ],
  [/cannot allocate all claims/, "extended-resource-absent", "the device it claims is not there"],
  [/were unschedulable/, "node-cordoned", "the nodes that would do are cordoned"],
];

const wordedVerdict = ({ text, nodes }: Stuck): Verdict | null => {
  const hit = worded.find(([pattern]) => pattern.test(filters(text)));
  return hit
    ? { class: hit[1], words: hit[2], disproof: "a node satisfies this and has room", confidence: 0.9, nodes }
    : null;
};

const verdictOf = (stuck: Stuck): Verdict | null =>
  // A claim that keeps the pod waiting is the storage rules' business.
  /persistentvolumeclaim "|unbound immediate PersistentVolumeClaims/i.test(stuck.text)
    ? null
    : (selectorVerdict(stuck) ?? taintVerdict(stuck) ?? resourceVerdict(stuck) ?? wordedVerdict(stuck));

const unschedulable = (world: World, pod: Pod): Finding[] => {
  const stuck = stuckPod(world, pod);
  const verdict = stuck && verdictOf(stuck);
  if (!stuck || !verdict) return [];
  const root = world.rootOf(pod);
  return found(world, {
    class: root.kind === "DaemonSet" && !verdict.object ? "daemonset-not-scheduled" : verdict.class,
    object: verdict.object ?? root,
    statement: `${named(root)}: a pod finds no node because ${verdict.words}. The scheduler says: ${quote(filters(stuck.text))}.`,
    because: [pod, stuck.event, ...(verdict.nodes ?? [])],
    confidence: verdict.confidence ?? 0.95,
    disproof: verdict.disproof,
    related: verdict.object ? [root] : [],
  });
};

const gated = (world: World, pod: Pod): Finding[] => {
  const gates = (pod.spec.schedulingGates ?? []).map(({ name }) => name);
  const age = world.now - Date.parse(pod.metadata.creationTimestamp ?? "");
  if (gates.length === 0 || !(age > 120_000)) return [];
  const object = world.rootOf(pod);
  return found(world, {
    class: "scheduling-gated",
    object,
    statement: `${named(object)}: a pod is held back by scheduling gates (${quote(gates.join(", "))}); whatever set them has not lifted them.`,
    because: [pod],
    confidence: 0.9,
    disproof: "the gates are gone",
  });
};

/** Bound by name to a node that is not there: no scheduler looks at such a pod, and no event tells of it. */
const misplaced = (world: World, pod: Pod): Finding[] => {
  const wanted = pod.spec.nodeName;
  if (!wanted || pod.status?.phase !== "Pending" || !world.knows("Node", null) || world.find("Node", null, wanted))
    return [];
  const object = world.rootOf(pod);
  return found(world, {
    class: "node-selector-unmatched",
    object,
    statement: `${named(object)}: a pod is bound to node ${quote(wanted)}, which does not exist.`,
    because: [pod],
    confidence: 0.93,
    disproof: `a node ${wanted} exists`,
  });
};

/** Pods for which the scheduler finds no node, decided by the nodes themselves where they were read. */
export const scheduling = (world: World): Finding[] =>
  livePods(world).flatMap((pod) => [...unschedulable(world, pod), ...gated(world, pod), ...misplaced(world, pod)]);
