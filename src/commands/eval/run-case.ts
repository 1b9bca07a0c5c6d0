import { basename } from "node:path";
import { maxRounds } from "../../graph/routes.ts";
import type { Finding } from "../../incident/diagnosis.ts";
import type { Evidence, RefusalReason } from "../../incident/evidence.ts";
import { isControl } from "../../incident/fault-classes.ts";
import { type Incident, newIncident } from "../../incident/incident.ts";
import type { Pod } from "../../incident/kube.ts";
import { Policy } from "../../incident/policy.ts";
import { type Question, questionKey } from "../../incident/question.ts";
import type { ObjectRef, Subject } from "../../incident/subject.ts";
import { gather } from "../../nodes/gather.ts";
import { propose } from "../../nodes/propose.ts";
import { metricQuestions } from "../../nodes/sweep-metrics.ts";
import { objectsIn } from "../../nodes/sweep-objects.ts";
import { logQuestions } from "../../nodes/sweep-pods.ts";
import { certainFrom } from "../../rules/certain.ts";
import { platformQuestions } from "../../rules/control-plane/platform.ts";
import { diagnoseByRules, scan, wantsOf } from "../../rules/index.ts";
import { alertedSubjects, alertsIn } from "./alerts.ts";
import { recordedMetrics } from "./recorded-metrics.ts";
import { onStage, type Stage } from "./stage.ts";

export interface EvalCase {
  name: string;
  diagnoses: { class: Finding["class"]; object: ObjectRef; by: "rules" | "model"; confidence: number }[];
  plan: { actions: { verb: string }[] };
  ms: number;
  /** Requests that the API server saw. */
  requests: number;
  tokens: number;
  /** What the recorded alerts name, and the class that an incident on it gets; null: rules are not certain. */
  subjects: { object: ObjectRef; alerts: number; class: Finding["class"] | null }[];
  /** Questions that could not be asked, by reason: what is not found then may be there. Left out where there is none. */
  unasked?: Partial<Record<RefusalReason, number>>;
  /** Why this world could not be played or compared. */
  error?: string;
}

const incidentOn = (subject: Subject, openedAt: string): Incident =>
  newIncident({ id: "eval", subject, severity: "warning", openedAt, alerts: [] });

const noBooks = { search: async () => [] };
const policy = Policy.parse({ mode: "approve" });

const verbsFor = async (stage: Stage, finding: Finding, evidence: readonly Evidence[]): Promise<string[]> => {
  const at = stage.clock.now().toISOString();
  const subject: Subject = { ...finding.object, cluster: "eval", guessed: false };
  const { certain } = diagnoseByRules({ evidence, subject, alerts: [], now: at });
  if (certain === null) return [];
  const ids = evidence.map(({ id }) => id);
  const incident = { ...incidentOn(subject, at), evidence: ids, diagnosis: certain };
  const { plan } = await propose(
    { ...stage, cluster: stage.exact },
    { policy, approvalMinutes: 60, redact: (value) => value },
  )(incident);
  return plan?.kind === "actions" ? plan.actions.map(({ verb }) => verb) : [];
};

const mostWellPods = 30;

/**
 * An incident on a workload reads the logs and numbers of its well pods too, one on a node the events of nodes. Here, where
 * the namespace is looked at as a whole, one pod of each workload stands for that.
 */
const asSubjectsWould = (
  evidence: readonly Evidence[],
  { subject, alerts }: Incident,
  metrics: boolean,
): Question[] => {
  const running = (objectsIn(evidence, "Pod") as Pod[]).filter(({ status }) => status?.phase === "Running");
  const ofOwner = new Map(running.map((pod) => [pod.metadata.ownerReferences?.[0]?.uid ?? pod.metadata.name, pod]));
  const pods = [...ofOwner.values()].slice(0, mostWellPods);
  return [
    { ask: "list", kind: "Event", namespace: "default", selector: null },
    ...pods.flatMap(logQuestions),
    ...(metrics ? metricQuestions(subject, pods) : []),
    ...platformQuestions(alerts),
  ];
};

/** As the walk does: the sweep, then what would decide, until nothing more would. One namespace may hold many sick workloads. */
const lookAround = async (world: Parameters<typeof gather>[0], incident: Incident, at: string): Promise<Evidence[]> => {
  const { questions: _, ...seen } = await gather(world)(incident);
  const next = { ...incident, ...seen };
  const evidence = await world.archive.open(next.evidence);
  const asked = new Set(evidence.map(({ question }) => questionKey(question)));
  const questions = [
    ...wantsOf(scan(evidence, at), evidence),
    ...asSubjectsWould(evidence, incident, world.metrics !== null),
  ].filter((question) => !asked.has(questionKey(question)));
  return questions.length === 0 || next.rounds >= maxRounds ? evidence : lookAround(world, { ...next, questions }, at);
};

const namedByAlerts = async (folder: string, namespace: string, evidence: readonly Evidence[], now: string) =>
  (await alertedSubjects(folder, namespace, evidence)).map(({ subject, alerts }) => {
    const { kind, namespace: space, name } = subject;
    const { certain } = diagnoseByRules({ evidence, subject, alerts, now });
    return { object: { kind, namespace: space, name }, alerts: alerts.length, class: certain?.class ?? null };
  });

const unaskedIn = (evidence: readonly Evidence[]): Pick<EvalCase, "unasked"> => {
  const unasked: EvalCase["unasked"] = {};
  for (const { answer } of evidence)
    if (answer.kind === "could-not-ask") unasked[answer.reason] = (unasked[answer.reason] ?? 0) + 1;
  return Object.keys(unasked).length > 0 ? { unasked } : {};
};

/** What is wrong in a recorded namespace and what would be done about it. `expected.json` is not read here. */
export const runCase = (folder: string): Promise<EvalCase> =>
  onStage(folder, async (stage) => {
    const began = performance.now();
    const at = stage.clock.now().toISOString();
    const { namespace } = stage.world;
    const subject: Subject = { cluster: "eval", namespace: null, kind: "Namespace", name: namespace, guessed: false };
    const metrics = recordedMetrics(folder);
    const incident = { ...incidentOn(subject, at), alerts: alertsIn(folder, namespace) };
    const evidence = await lookAround({ ...stage, metrics, bookshelf: noBooks }, incident, at);
    const found = scan(evidence, at).filter((one) => one.confidence >= certainFrom && !isControl(one.class));
    const subjects = await namedByAlerts(folder, namespace, evidence, at);
    const verbs: string[] = [];
    for (const finding of found) verbs.push(...(await verbsFor(stage, finding, evidence)));
    return {
      name: basename(folder),
      diagnoses: found.map(({ class: name, object, confidence }) => ({ class: name, object, by: "rules", confidence })),
      plan: { actions: verbs.map((verb) => ({ verb })) },
      ms: Math.round(performance.now() - began),
      requests: stage.requests(),
      tokens: 0,
      subjects,
      ...unaskedIn(evidence),
    };
  });

export const failedCase = (folder: string, error: unknown): EvalCase => ({
  name: basename(folder),
  diagnoses: [],
  plan: { actions: [] },
  ms: 0,
  requests: 0,
  tokens: 0,
  subjects: [],
  error: error instanceof Error ? error.message.slice(0, 500) : "it failed without saying why",
});
