import { randomUUID } from "node:crypto";
import { buildGraph, type Settings } from "../../graph/graph.ts";
import { currentVersion } from "../../graph/versions.ts";
import type { Alert } from "../../incident/alert.ts";
import { Incident, newIncident } from "../../incident/incident.ts";
import { Policy } from "../../incident/policy.ts";
import type { Subject } from "../../incident/subject.ts";
import type { Visit } from "../../incident/tape.ts";
import { type Budget, defaultBudget } from "../../nodes/budget.ts";
import { silentRules } from "../../nodes/diagnose.ts";
import type { Metrics } from "../../ports/metrics.ts";
import type { Model } from "../../ports/model.ts";
import { makeRecorder } from "../../replay/record.ts";
import { changedBy, type Recording } from "../../replay/recording.ts";
import { RecordingMemorySaver } from "../../replay/recording-memory-saver.ts";
import { stepLine } from "../../responder/story.ts";
import { chainOf, type NewEntry } from "../../store/journal.ts";
import { redact } from "./redact.ts";
import type { Stage } from "./stage.ts";

export interface Tried {
  subject: Subject;
  alerts: Alert[];
  metrics: Metrics | null;
  model: Model;
  prices?: Budget["prices"];
}

/** How one investigation ended, and all that is needed to play it again. */
export interface Trial {
  incident: Incident;
  recording: Recording;
}

const usual: Settings = {
  policy: Policy.parse({}),
  budget: defaultBudget,
  approvalMinutes: 60,
  settleSeconds: 30,
  watchSeconds: 120,
  redact: (value) => redact.value(value),
  link: (id) => id,
};

const never = async (): Promise<never> => {
  throw new Error("a trial ends with its diagnosis: nothing is proposed, done or sent");
};
const untouched = {
  ledger: { openApproval: never, claim: never, settle: never },
  outbox: { send: never },
};

/** Walks one recorded trouble to its diagnosis with the model alone: the rules are silent, so that it is measured. */
export const trial = async (stage: Stage, { subject, alerts, metrics, model, prices }: Tried): Promise<Trial> => {
  const settings: Settings = { ...usual, budget: { ...defaultBudget, ...(prices && { prices }) } };
  const tape: Visit[] = [];
  const recorder = makeRecorder({ settings, redact: settings.redact, keep: async (_, visit) => void tape.push(visit) });
  const { cluster, exact, actuator, archive, clock } = stage;
  const world = { cluster, exact, actuator, archive, clock, metrics, logs: null, model, memory: null };
  const ports = recorder.wrap({ ...world, ...untouched, bookshelf: { search: async () => [] } });
  const walk = buildGraph(ports, settings, new RecordingMemorySaver(recorder), silentRules);
  const id = `eval_${randomUUID().slice(0, 8)}`;
  const config = { configurable: { thread_id: id, incident_id: id, fence: 1 } };
  const openedAt = stage.clock.now().toISOString();
  let state = newIncident({ id, subject, severity: "warning", openedAt, alerts });
  const entries: NewEntry[] = [];
  let next: string | undefined = "gather";
  for (let input: Incident | null = state; next !== undefined && state.diagnosis === null; input = null) {
    await walk.invoke(input, config);
    const snapshot = await walk.getState(config);
    const after = Incident.parse(snapshot.values);
    const data = { changed: changedBy(state, after) };
    entries.push({ at: openedAt, kind: "step", actor: next, line: stepLine(next, after), data });
    [state, next] = [after, snapshot.next[0]];
  }
  const evidence = await stage.archive.open(state.evidence);
  const about = {
    id,
    subject,
    severity: state.severity,
    openedAt,
    graphVersion: currentVersion,
    rules: "silent" as const,
  };
  return { incident: state, recording: { ...about, alerts, tape, evidence, journal: chainOf(id, entries) } };
};
