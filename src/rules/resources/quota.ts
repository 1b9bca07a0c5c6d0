import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { KubeEvent, KubeObject } from "../../incident/kube.ts";
import { bytesText, coresText, parseQuantity } from "../../incident/quantity.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { found, named, quote } from "../finding.ts";
import { eventText, eventTime } from "../world/events.ts";
import type { World } from "../world/world.ts";

interface Sort {
  says: RegExp;
  class: FaultClass;
  words: string;
  /** The object behind it, when the text names one. */
  behind?: (match: RegExpExecArray) => Omit<ObjectRef, "namespace"> | null;
}

// What stands after "Error creating:" decides; an admission call that failed for its certificate is not a dead webhook.
const sorts: readonly Sort[] = [
  {
    says: /exceeded quota: ([^,\s]+)/,
    class: "quota-exceeded",
    words: "the namespace's quota leaves no room",
    behind: ([, name = ""]) => ({ kind: "ResourceQuota", name }),
  },
  {
    says: /failed quota: ([^:\s]+): must specify/,
    class: "quota-requires-resources",
    words: "the namespace's quota demands requests or limits that the pod does not have",
    behind: ([, name = ""]) => ({ kind: "ResourceQuota", name }),
  },
  {
    says: /usage per (Container|Pod|PersistentVolumeClaim) is|max limit to request ratio per/,
    class: "limit-range-violated",
    words: "a LimitRange of the namespace forbids its requests or limits",
  },
  {
    says: /violates PodSecurity/,
    class: "pod-security-violated",
    words: "the namespace's Pod Security level forbids the pod",
  },
  {
    says: /error looking up service account [^\s/]+\/([^\s:]+)/,
    class: "service-account-missing",
    words: "its ServiceAccount does not exist",
    behind: ([, name = ""]) => ({ kind: "ServiceAccount", name }),
  },
  {
    says: /failed calling webhook.*x509/s,
    class: "admission-webhook-cert-untrusted",
    words: "an admission webhook's certificate is not trusted",
  },
  { says: /failed calling webhook/, class: "admission-webhook-down", words: "an admission webhook does not answer" },
  {
    says: /admission webhook "[^"]+" denied the request|ValidatingAdmissionPolicy .* denied request/,
    class: "admission-policy-denied",
    words: "an admission policy refuses the pod",
  },
  {
    says: /RuntimeClass "[^"]*" not found/,
    class: "admission-policy-denied",
    words: "the RuntimeClass that the pod names does not exist",
  },
  {
    says: /no PriorityClass with name \S+ was found/,
    class: "admission-policy-denied",
    words: "the PriorityClass that the pod names does not exist",
  },
  {
    says: /pods? "[^"]*" is (?:forbidden|invalid): /,
    class: "admission-policy-denied",
    words: "the API server's admission refuses the pod",
  },
];

interface Creator {
  object: KubeObject;
  wanted: number;
  have: number;
}

const creators = (world: World): Creator[] => [
  ...world
    .list("ReplicaSet")
    .map((object) => ({ object, wanted: object.spec.replicas ?? 1, have: object.status?.replicas ?? 0 })),
  ...world
    .list("StatefulSet")
    .map((object) => ({ object, wanted: object.spec.replicas ?? 1, have: object.status?.replicas ?? 0 })),
  ...world.list("DaemonSet").map((object) => ({
    object,
    wanted: object.status?.desiredNumberScheduled ?? 0,
    have: object.status?.currentNumberScheduled ?? 0,
  })),
  ...world
    .list("Job")
    .map((object) => ({ object, wanted: object.status?.completionTime ? 0 : 1, have: object.status?.active ?? 0 })),
];

interface Refusal {
  text: string;
  source: KubeObject;
  event: KubeEvent | null;
}

const fromCondition = (owner: KubeObject | null, set: KubeObject): Refusal | null => {
  for (const source of [set, owner]) {
    const conditions = (
      source?.status as { conditions?: { type: string; status: string; message?: string }[] } | undefined
    )?.conditions;
    const failure = conditions?.find(({ type, status }) => type === "ReplicaFailure" && status === "True");
    if (source && failure?.message) return { text: failure.message, source, event: null };
  }
  return null;
};

const refusal = (world: World, { object }: Creator): Refusal | null => {
  const events = world.eventsOf(object);
  const event = events.find(({ reason }) => reason === "FailedCreate");
  const created = events.find(({ reason }) => reason === "SuccessfulCreate");
  if (event && !(created && eventTime(created) > eventTime(event)))
    return { text: eventText(event), source: object, event };
  const root = world.rootOf(object);
  return fromCondition(root.kind === "Deployment" ? world.find("Deployment", root.namespace, root.name) : null, object);
};

const amounts = (text: string, part: string): Map<string, string> =>
  new Map(
    [...(new RegExp(`${part}: ((?:[^=\\s]+=[^,\\s]+,?)+)`).exec(text)?.[1] ?? "").matchAll(/([^=,]+)=([^,]+)/g)].map(
      ([, name = "", value = ""]) => [name, value],
    ),
  );

/** In the unit that its quota is written in: bytes, thousandths of a CPU, or a count. */
const amountText = (name: string, amount: number): string => {
  if (/memory|storage/.test(name)) return bytesText(amount);
  return /cpu/.test(name) ? coresText(amount) : `${Number(amount.toFixed(3))}`;
};

/** How much the quota would have to grow for the next pod, with the sum. */
const gapIn = (text: string): string => {
  const [requested, used, limited] = ["requested", "used", "limited"].map((part) => amounts(text, part));
  const gaps = [...(requested ?? [])].flatMap(([name, asked]) => {
    const sum = [asked, used?.get(name), limited?.get(name)].map((one) => parseQuantity(one));
    const [want, have, most] = sum;
    if (want == null || have == null || most == null || want + have <= most) return [];
    const short = want + have - most;
    return `${name}: ${used?.get(name)} used + ${asked} asked − ${limited?.get(name)} allowed = ${amountText(name, short)} too little`;
  });
  return gaps.length > 0 ? ` For the next pod ${gaps.join("; ")}.` : "";
};

const refused = (world: World, creator: Creator): Finding[] => {
  if (creator.have >= creator.wanted) return [];
  const why = refusal(world, creator);
  const sort = why && sorts.find(({ says }) => says.test(why.text));
  const match = why && sort?.says.exec(why.text);
  if (!why || !sort || !match) return [];
  const object = world.rootOf(creator.object);
  const behind = sort.behind?.(match);
  const related = behind ? [{ ...behind, namespace: object.namespace }] : [];
  const quota = behind?.kind === "ResourceQuota" ? world.find("ResourceQuota", object.namespace, behind.name) : null;
  return found(world, {
    class: sort.class,
    object,
    statement: `${named(object)}: ${creator.have} of ${creator.wanted} pods exist because ${sort.words}. The API server says: ${quote(why.text.replace(/^Error creating: /, ""))}.${sort.class === "quota-exceeded" ? gapIn(why.text) : ""}`,
    because: [why.event ?? why.source, creator.object, quota],
    confidence: 0.96,
    disproof: "the next pod is created without a change to this",
    related,
  });
};

/** Pods that the API server refuses to create. The refusal sits on the owner: there is no pod to look at. */
export const refusedPods = (world: World): Finding[] => creators(world).flatMap((creator) => refused(world, creator));
