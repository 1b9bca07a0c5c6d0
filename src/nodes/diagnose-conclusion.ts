import type { Cause, Struck } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import { isControl } from "../incident/fault-classes.ts";
import type { Incident } from "../incident/incident.ts";
import type { KubeEvent, KubeObject } from "../incident/kube.ts";
import { isUnread, type ObjectRef, sameObject } from "../incident/subject.ts";
import { toldOf } from "../rules/around/change.ts";
import { changesOf } from "../rules/around/changes.ts";
import { reachOf } from "../rules/around/reach.ts";
import type { Judgement } from "../rules/index.ts";
import { keyOf, refOf } from "../rules/world/objects.ts";
import { worldOf } from "../rules/world/world.ts";
import { type Claim, Conclusion } from "../tools/conclude.ts";
import { completed, problemIn } from "../tools/tool.ts";
import { isQuietAgain } from "./beyond-state.ts";
import { promptVersion } from "./diagnose.prompt.ts";
import { type Weighed, weighed } from "./diagnose-claims.ts";
import { unmarked } from "./diagnose-letters.ts";
import { onlyTelling, readsAs } from "./diagnose-orders.ts";
import { clipped, evened } from "./diagnose-text.ts";

/** A model is never as certain as a rule. */
export const modelConfidence = 0.8;
const longest = { statement: 600, quote: 120, disproof: 300, missing: 200 };
const maxMissing = 5;

export type Reading =
  | { kind: "cause"; cause: Cause }
  | { kind: "unknown"; missing: string[] }
  | { kind: "invalid"; problems: string[]; struck: Struck[]; told?: string[] };

export interface Ground {
  incident: Incident;
  evidence: readonly Evidence[];
  /** What the model was shown of each piece of evidence. */
  sections: ReadonlyMap<string, string>;
  judgement: Judgement;
  now: string;
}

const refsIn = (evidence: readonly Evidence[]): ObjectRef[] =>
  evidence.flatMap(({ question, answer }) => {
    if (answer.kind !== "found") return [];
    if (answer.body.kind === "names" && question.ask === "names")
      return answer.body.names.map((name) => ({ kind: "ConfigMap", namespace: question.namespace, name }));
    return answer.body.kind === "objects" ? answer.body.objects.flatMap(refsOf) : [];
  });

const refsOf = (object: KubeObject): ObjectRef[] => {
  if (object.kind !== "Event") return [refOf(object)];
  const { kind, namespace, name } = (object as KubeEvent).involvedObject ?? {};
  return kind && name ? [{ kind, namespace: namespace ?? null, name }] : [];
};

const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet"]);
const wide = new Set(["Namespace", "Cluster"]);

/** A workload may become the target of a change: only the subject's own, unless the alert was about more than one. */
const objectProblems = ({ incident: { subject }, evidence, now }: Ground, { object }: Conclusion): string[] => {
  if (object === null) return ["a cause has an object"];
  if (isUnread(subject)) return ["it is not known what the alert is about: its details could not be read"];
  const name = clipped(`${object.kind}/${object.name}`, 80);
  if (!sameObject(object, subject) && !refsIn(evidence).some((ref) => sameObject(ref, object)))
    return [`${name} occurs in no evidence`];
  const near = (): boolean => reachOf(worldOf(evidence, now), subject).has(keyOf(object));
  return workloads.has(object.kind) && !workloads.has(subject.kind) && !wide.has(subject.kind) && !near()
    ? [`${name} has nothing to do with ${subject.kind}/${subject.name}`]
    : [];
};

const problemsOf = (ground: Ground, conclusion: Conclusion): string[] => [
  ...(conclusion.class === null ? ["a cause has a class"] : []),
  ...(conclusion.claims.length === 0 ? ["a cause makes a claim that quotes its evidence"] : []),
  ...objectProblems(ground, conclusion),
];

// Addresses in the words of a model are for nobody to follow.
const said = (text: string, most: number): string =>
  clipped(unmarked(evened(text)).replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, "[address left out]"), most);

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** A claim in the model's words, and behind it the words of its evidence, unless they are said already or read as an order. */
const shownAs = ({ text, quote }: Claim): string => {
  const [words, proof] = [evened(text).replace(/[.\s]+$/, ""), clipped(evened(quote), longest.quote)];
  const isSaid = words.includes(proof) || readsAs(proof) !== null;
  return isSaid ? sentence(words) : `${words} (“${proof}”).`;
};

const statementOf = (kept: readonly Claim[]): string => said(kept.map(shownAs).join(" "), longest.statement);

const beganAt = ({ incident: { alerts }, now }: Ground): number =>
  Math.min(...[now, ...alerts.map(({ startsAt }) => startsAt)].map(Date.parse).filter((time) => time > 0));

const causeFrom = (ground: Ground, conclusion: Conclusion, { kept, struck }: Weighed): Cause | null => {
  const { subject } = ground.incident;
  const { class: name, object, confidence, disproof } = conclusion;
  if (name === null || object === null) return null;
  const { kind, namespace, name: itsName } = subject;
  const share = kept.length / (kept.length + struck.length);
  return {
    kind: "cause",
    class: name,
    statement: statementOf(kept),
    object,
    evidence: [...new Set(kept.map(({ evidence }) => evidence))],
    confidence: Math.min(modelConfidence, Math.max(0, confidence ?? 0)) * share,
    by: "model",
    prompt: promptVersion,
    ...(struck.length > 0 ? { struck } : {}),
    scope: "isolated",
    disproof: said(onlyTelling(disproof ?? ""), longest.disproof),
    related: sameObject(object, subject) ? [] : [{ kind, namespace, name: itsName }],
    alsoSeen: ground.judgement.candidates.slice(0, 10),
    changes: toldOf(changesOf(worldOf(ground.evidence, ground.now), [subject, object], beganAt(ground))),
  };
};

/** What would show that it is over: a measure, and a Prometheus that was asked and no longer tells of the alert. */
const isOver = ({ incident: { subject, alerts }, evidence }: Ground, { kept }: Weighed): boolean => {
  const isMeasure = (id: string): boolean => evidence.some((one) => one.id === id && one.question.ask === "metric");
  return kept.some((claim) => isMeasure(claim.evidence)) && isQuietAgain(subject, alerts, evidence);
};

/**
 * Where a model is asked, rules see the object broken, or see it well while the alert is about something else. A model's word
 * closes nothing: it takes what shows that it is over, and then the verdict of the rules stands; else a person is told.
 */
const noiseFrom = (ground: Ground, claimed: Weighed, ungrounded: string[]): Reading => {
  const { certain } = ground.judgement;
  const { kept, struck } = claimed;
  const isWell = certain !== null && isControl(certain.class);
  const problems = [
    ...(isWell ? [] : ["noise: the rules do not find it well"]),
    ...(kept.length + struck.length === 0 ? ["noise needs a claim that quotes its evidence"] : ungrounded),
  ];
  if (certain === null || problems.length > 0) return { kind: "invalid", problems, struck };
  if (isOver(ground, claimed))
    return { kind: "cause", cause: { ...certain, prompt: promptVersion, ...(struck.length > 0 ? { struck } : {}) } };
  const missing = [
    `it takes the alert for noise: ${statementOf(kept)}`,
    "what shows that what the alert is about is over: a metric that is quoted, and a Prometheus that told of the alert (ALERTS) and no longer does",
  ];
  return { kind: "unknown", missing };
};

const maxClaims = 8;

const weighedIn = (ground: Ground, { claims, outcome }: Conclusion): Weighed => {
  const known = new Set(ground.incident.evidence);
  const evidence = ground.evidence.filter(({ id }) => known.has(id));
  const ending = outcome === "noise" ? "noise" : "cause";
  return weighed({ evidence, sections: ground.sections }, claims.slice(0, maxClaims), ending);
};

/** Where only the class is none of the list, what is claimed may hold all the same: it is told, and is no cause. */
const withoutClass = (args: unknown, ground: Ground): { struck: Struck[]; told?: string[] } => {
  if (typeof args !== "object" || args === null) return { struck: [] };
  const parsed = Conclusion.safeParse(completed(Conclusion, { ...args, class: null }));
  if (!parsed.success || parsed.data.outcome !== "cause") return { struck: [] };
  const { holds, kept, struck } = weighedIn(ground, parsed.data);
  return { struck, ...(holds && { told: kept.map((claim) => said(shownAs(claim), longest.statement)) }) };
};

/** What the arguments of `conclude` amount to. Nothing in them is believed that the evidence does not say. */
export const readConclusion = (args: unknown, ground: Ground): Reading => {
  const parsed = Conclusion.safeParse(completed(Conclusion, args));
  if (!parsed.success)
    return { kind: "invalid", problems: [problemIn(parsed.error, args)], ...withoutClass(args, ground) };
  const { outcome, missing } = parsed.data;
  if (outcome === "unknown") {
    const words = missing.map((one) => said(onlyTelling(evened(one)), longest.missing)).filter((one) => one !== "");
    return { kind: "unknown", missing: words.slice(0, maxMissing) };
  }
  const claimed = weighedIn(ground, parsed.data);
  const ungrounded = claimed.holds ? [] : claimed.struck.map(({ why }) => why);
  if (outcome === "noise") return noiseFrom(ground, claimed, ungrounded);
  const problems = [...problemsOf(ground, parsed.data), ...ungrounded];
  const cause = problems.length === 0 ? causeFrom(ground, parsed.data, claimed) : null;
  return cause === null
    ? { kind: "invalid", problems: problems.slice(0, maxMissing), struck: claimed.struck }
    : { kind: "cause", cause };
};
