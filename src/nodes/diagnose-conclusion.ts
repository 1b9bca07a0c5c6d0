import type { Cause } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Incident } from "../incident/incident.ts";
import type { KubeEvent, KubeObject } from "../incident/kube.ts";
import { type ObjectRef, sameObject } from "../incident/subject.ts";
import { changesOf } from "../rules/around/changes.ts";
import { reachOf } from "../rules/around/reach.ts";
import type { Judgement } from "../rules/index.ts";
import { keyOf, refOf } from "../rules/world/objects.ts";
import { worldOf } from "../rules/world/world.ts";
import { Conclusion } from "../tools/conclude.ts";
import { problemIn } from "../tools/tool.ts";
import { promptVersion } from "./diagnose.prompt.ts";
import { flow } from "./diagnose-object.ts";
import { clipped, evened } from "./diagnose-text.ts";

/** A model is never as certain as a rule. */
export const modelConfidence = 0.8;
const longest = { statement: 500, disproof: 300, missing: 200 };
const maxMissing = 5;
const shortestQuote = 3;

export type Reading =
  | { kind: "cause"; cause: Cause }
  | { kind: "unknown"; missing: string[] }
  | { kind: "invalid"; problems: string[] };

export interface Ground {
  incident: Incident;
  evidence: readonly Evidence[];
  /** What the model was shown of each piece of evidence. */
  sections: ReadonlyMap<string, string>;
  judgement: Judgement;
  now: string;
}

const rawText = ({ answer }: Evidence): string => {
  if (answer.kind !== "found") return "";
  const { body } = answer;
  switch (body.kind) {
    case "objects":
      return `${body.objects.map(flow).join("\n")}\n${JSON.stringify(body.objects).replaceAll('\\"', '"')}`;
    case "names":
      return body.names.join(", ");
    case "log":
    case "text":
      return body.text;
    case "series":
      return JSON.stringify(body.series);
  }
};

const holds = (ground: Ground, id: string, text: string): boolean => {
  const one = ground.evidence.find((evidence) => evidence.id === id);
  if (one === undefined) return false;
  const quote = evened(text);
  return evened(ground.sections.get(id) ?? "").includes(quote) || evened(rawText(one)).includes(quote);
};

const quoteProblems = (ground: Ground, { quotes }: Conclusion): string[] =>
  quotes.flatMap(({ evidence, text }) => {
    if (!ground.incident.evidence.includes(evidence)) return [`there is no evidence ${clipped(evidence, 20)}`];
    if (evened(text).length < shortestQuote) return [`the quote of ${evidence} is empty`];
    return holds(ground, evidence, text) ? [] : [`${evidence} does not say ${JSON.stringify(clipped(text, 80))}`];
  });

/** What a statement puts in quotation marks must stand in what it cites. */
const claimProblems = (ground: Ground, { statement, quotes }: Conclusion): string[] =>
  [...(statement ?? "").matchAll(/"([^"]{3,})"|`([^`]{3,})`|“([^”]{3,})”/g)]
    .map(([, ...groups]) => groups.find((group) => group !== undefined) ?? "")
    .filter((claim) => !quotes.some(({ evidence }) => holds(ground, evidence, claim.replace(/[.,;]$/, ""))))
    .map((claim) => `the statement quotes ${JSON.stringify(clipped(claim, 80))}, which no cited evidence says`);

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
  ...(evened(conclusion.statement ?? "") === "" ? ["a cause has a statement"] : []),
  ...(conclusion.quotes.length === 0 ? ["a cause quotes its evidence"] : []),
  ...quoteProblems(ground, conclusion),
  ...claimProblems(ground, conclusion),
  ...objectProblems(ground, conclusion),
];

// Addresses in the words of a model are for nobody to follow.
const said = (text: string, most: number): string =>
  clipped(evened(text).replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, "[address left out]"), most);

const beganAt = ({ incident: { alerts }, now }: Ground): number =>
  Math.min(...[now, ...alerts.map(({ startsAt }) => startsAt)].map(Date.parse).filter((time) => time > 0));

const causeFrom = (ground: Ground, conclusion: Conclusion): Cause | null => {
  const { subject } = ground.incident;
  const { class: name, object, statement, quotes, confidence, disproof } = conclusion;
  if (name === null || object === null) return null;
  const { kind, namespace, name: itsName } = subject;
  return {
    kind: "cause",
    class: name,
    statement: said(statement ?? "", longest.statement),
    object,
    evidence: [...new Set(quotes.map(({ evidence }) => evidence))],
    confidence: Math.min(modelConfidence, Math.max(0, confidence ?? 0)),
    by: "model",
    prompt: promptVersion,
    scope: "isolated",
    disproof: said(disproof ?? "", longest.disproof),
    related: sameObject(object, subject) ? [] : [{ kind, namespace, name: itsName }],
    alsoSeen: ground.judgement.candidates.slice(0, 10),
    changes: changesOf(worldOf(ground.evidence, ground.now), [subject, object], beganAt(ground)),
  };
};

/** What the arguments of `conclude` amount to. Nothing in them is believed that the evidence does not say. */
export const readConclusion = (args: unknown, ground: Ground): Reading => {
  const parsed = Conclusion.safeParse(args);
  if (!parsed.success) return { kind: "invalid", problems: [problemIn(parsed.error)] };
  if (parsed.data.outcome === "unknown") {
    const missing = parsed.data.missing.map((one) => said(one, longest.missing)).filter((one) => one !== "");
    return { kind: "unknown", missing: missing.slice(0, maxMissing) };
  }
  const problems = problemsOf(ground, parsed.data);
  const cause = problems.length === 0 ? causeFrom(ground, parsed.data) : null;
  return cause === null ? { kind: "invalid", problems: problems.slice(0, maxMissing) } : { kind: "cause", cause };
};
