import type { Finding } from "../incident/diagnosis.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import { certainFrom } from "./certain.ts";
import { blamed } from "./chain.ts";
import { keyOf } from "./world/objects.ts";

/** Classes that only say that something is wrong; any other finding on the same object is nearer to the cause. */
const umbrellas: ReadonlySet<FaultClass> = new Set([
  "rollout-stuck",
  "statefulset-ordinal-stuck",
  "daemonset-not-scheduled",
]);

/** A pod that is refused, placed, pulled, configured, started and probed in this order: what stops it earlier explains the rest. */
const outermost: readonly FaultClass[] = [
  "node-not-ready",
  "cni-or-kube-proxy-broken",
  "scaled-to-zero",
  "fault-reapplied",
  "coredns-rule-wrong",
  "coredns-down",
];

const weight = ({ class: name, confidence }: Finding): number =>
  confidence + (outermost.includes(name) ? 0.5 : 0) - (umbrellas.has(name) && confidence < certainFrom ? 1 : 0);

/** Sure of itself, even such a class is a cause: then something was seen that the others do not see. */
const isUmbrella = ({ class: name, confidence }: Finding): boolean => umbrellas.has(name) && confidence < certainFrom;

const mostEvidence = 40;

const merged = (same: readonly Finding[]): Finding[] => {
  const [first] = same.toSorted((a, b) => b.confidence - a.confidence);
  if (!first) return [];
  const related = new Map(same.flatMap((one) => one.related).map((ref) => [keyOf(ref), ref]));
  return [
    {
      ...first,
      evidence: [...new Set([...first.evidence, ...same.flatMap(({ evidence }) => evidence)])].slice(0, mostEvidence),
      related: [...related.values()],
      wants: same.flatMap(({ wants }) => wants).slice(0, 10),
    },
  ];
};

/** What stands between a program and its peer: the crash that follows is its effect. */
const barriers: ReadonlySet<FaultClass> = new Set([
  "network-policy-blocks",
  "egress-policy-blocks-dns",
  "coredns-rule-wrong",
  "coredns-down",
  "pod-dns-config-wrong",
]);
const effects: ReadonlySet<FaultClass> = new Set(["app-crash", "dependency-unavailable"]);

const shielded = (findings: readonly Finding[]): Finding[] => {
  const shut = new Set(
    findings
      .filter(({ class: name, confidence }) => barriers.has(name) && confidence >= certainFrom)
      .flatMap(({ object, related }) => [object, ...related].map(keyOf)),
  );
  return findings.map((one) =>
    effects.has(one.class) && shut.has(keyOf(one.object)) ? { ...one, confidence: Math.min(one.confidence, 0.6) } : one,
  );
};

/** Bad only together with what it let through: certain alone, a remark beside a cause of the same object. */
const aggravating: ReadonlySet<FaultClass> = new Set(["rollout-strategy-unsafe"]);

const subdued = (findings: readonly Finding[]): Finding[] =>
  findings.map((one) =>
    aggravating.has(one.class) &&
    findings.some(
      (other) =>
        other.class !== one.class && other.confidence >= certainFrom && keyOf(other.object) === keyOf(one.object),
    )
      ? { ...one, confidence: 0.7 }
      : one,
  );

/** Nothing on its pods explains it, and an earlier revision serves: that the rollout stands still is all there is to say, and sure. */
const unexplained = (one: Finding): Finding =>
  one.class === "rollout-stuck" && isUmbrella(one) && one.confidence >= 0.8 ? { ...one, confidence: 0.86 } : one;

/** One finding per object and class, the cause before its symptoms. Umbrellas go where something explains them. */
export const ranked = (findings: readonly Finding[], asked: ReadonlySet<string>): Finding[] => {
  const groups = Map.groupBy(findings, (one) => `${one.class} ${keyOf(one.object)}`);
  const once = subdued(shielded(blamed([...groups.values()].flatMap(merged), asked)));
  const explained = new Set(
    once.filter((one) => !isUmbrella(one)).flatMap(({ object, related }) => [object, ...related].map(keyOf)),
  );
  return once
    .filter((one) => !isUmbrella(one) || !explained.has(keyOf(one.object)))
    .map(unexplained)
    .toSorted((a, b) => weight(b) - weight(a) || keyOf(a.object).localeCompare(keyOf(b.object)));
};
