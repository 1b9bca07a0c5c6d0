import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { Command, isGraphInterrupt } from "@langchain/langgraph";
import type { Settings, Walk } from "../graph/graph.ts";
import { versions } from "../graph/versions.ts";
import type { Decision } from "../incident/decision.ts";
import { Incident, newIncident, terminalStatuses } from "../incident/incident.ts";
import { TurnLost } from "../incident/turn-lost.ts";
import type { Ports } from "../ports/index.ts";
import { alertsOf, countAlerts } from "../store/alerts.ts";
import { bindInterrupt, decideApproval, decisionOf, newestApproval } from "../store/approvals.ts";
import { closeIncident, readIncident, type StoredIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { inTransaction } from "../store/transaction.ts";
import { failTurn, finishTurn, holdTurn, type Turn, takeTurn } from "../store/turns.ts";
import { closeCard } from "./close-card.ts";
import { giveUp } from "./give-up.ts";
import { nextStep, type Standing } from "./next-step.ts";
import { project } from "./project.ts";
import { type Store, turnPorts, type WorldPorts } from "./turn-ports.ts";

export interface AdvanceDeps {
  store: Store;
  world: WorldPorts;
  settings: Settings;
  checkpointer: BaseCheckpointSaver;
  /** Fits around all ports of a turn: deadlines, recording, and what tests put there. */
  wrap: (ports: Ports) => Ports;
  log: (line: string, fields?: Record<string, unknown>) => void;
}

const maxAttempts = 5;
const maxFailures = 5;
const alertsInState = 20;

const beginning = async ({ store }: AdvanceDeps, row: StoredIncident): Promise<Incident> =>
  newIncident({
    id: row.id,
    subject: row.subject,
    severity: row.severity,
    openedAt: row.openedAt.toISOString(),
    alerts: (await alertsOf(store.pool, row.id, alertsInState)).reverse(),
  });

const configOf = (turn: Turn) => ({
  configurable: {
    thread_id: turn.incidentId,
    incident_id: turn.incidentId,
    fence: turn.fence,
    // An answer must name the question it belongs to; a scalar or an unknown id is refused.
    __pregel_strict_resume: true,
  },
  durability: "sync" as const,
  recursionLimit: 100,
});

const standing = async (walk: Walk, turn: Turn): Promise<Standing> => {
  const snapshot = await walk.getState({ configurable: { thread_id: turn.incidentId } });
  const state = Incident.safeParse(snapshot.values);
  const [pending] = snapshot.tasks.flatMap(({ interrupts }) => interrupts);
  return { state: state.success ? state.data : null, next: snapshot.next, interruptId: pending?.id ?? null };
};

/** The answer to the newest question; the clock and the alert's end answer too. */
const currentDecision = ({ store, world }: AdvanceDeps, turn: Turn): Promise<Decision | null> =>
  inTransaction(store.pool, async (tx) => {
    await holdTurn(tx, turn);
    const approval = await newestApproval(tx, turn.incidentId);
    if (approval === null) return null;
    const now = world.clock.now();
    const ended = await endOfQuestion(now, approval.expiresAt, () => countAlerts(tx, turn.incidentId));
    if (approval.state !== "pending" || ended === null) return decisionOf(approval);
    await decideApproval(tx, turn.incidentId, approval.round, { ...ended, by: "nightshift", via: "clock", at: now });
    const line = ended.state === "expired" ? "nobody decided in time" : `the question is void: ${ended.reason}`;
    await closeCard(tx, store.queue, turn.incidentId, line, now);
    await append(tx, turn.incidentId, { at: now.toISOString(), kind: "approval", actor: "nightshift", line });
    return decisionOf({ ...approval, ...ended, decidedBy: "nightshift", decidedAt: now });
  });

const endOfQuestion = async (
  now: Date,
  expiresAt: Date,
  count: () => Promise<{ firing: number }>,
): Promise<{ state: "expired" | "void"; reason: string | null } | null> => {
  if (now >= expiresAt) return { state: "expired", reason: null };
  return (await count()).firing === 0 ? { state: "void", reason: "every alert of the incident has resolved" } : null;
};

/** Leaves a timer behind and remembers which pause the open question belongs to. */
const parkForDecision = ({ store }: AdvanceDeps, turn: Turn, interruptId: string): Promise<void> =>
  inTransaction(store.pool, async (tx) => {
    await holdTurn(tx, turn);
    const approval = await newestApproval(tx, turn.incidentId);
    if (approval === null) throw new Error(`${turn.incidentId} is paused but no question is open`);
    await bindInterrupt(tx, turn.incidentId, approval.round, interruptId);
    await store.queue.send(tx, "wake", turn.incidentId, approval.expiresAt);
  });

const parkUntil = ({ store }: AdvanceDeps, turn: Turn, at: Date): Promise<void> =>
  inTransaction(store.pool, async (tx) => {
    await holdTurn(tx, turn);
    await store.queue.send(tx, "wake", turn.incidentId, at);
  });

/** Runs one node. */
const run = async (
  walk: Walk,
  turn: Turn,
  input: Parameters<Walk["invoke"]>[0],
  signal: AbortSignal,
): Promise<void> => {
  try {
    await walk.invoke(input, { ...configOf(turn), signal });
  } catch (error) {
    if (!isGraphInterrupt(error)) throw error;
  }
};

/** One step of the turn; false when there is nothing more to do for now. */
const stepOnce = async (
  deps: AdvanceDeps,
  turn: Turn,
  row: StoredIncident,
  walk: Walk,
  signal: AbortSignal,
): Promise<boolean> => {
  await project(deps.store, turn, walk, deps.world.clock.now());
  const stands = await standing(walk, turn);
  const decision = stands.interruptId === null ? null : await currentDecision(deps, turn);
  const step = nextStep(stands, decision, deps.world.clock.now());
  switch (step.kind) {
    case "begin":
      await run(walk, turn, await beginning(deps, row), signal);
      return true;
    case "answer":
      await run(walk, turn, new Command({ resume: { [step.interruptId]: step.decision } }), signal);
      return true;
    case "continue":
      await run(walk, turn, null, signal);
      return true;
    case "wait-for-decision":
      await parkForDecision(deps, turn, step.interruptId);
      return false;
    case "wait-until":
      await parkUntil(deps, turn, step.at);
      return false;
    case "done":
      return false;
  }
};

const walkOn = async (deps: AdvanceDeps, turn: Turn, row: StoredIncident, signal: AbortSignal): Promise<void> => {
  const build = versions[row.graphVersion];
  if (build === undefined) {
    deps.log("this build cannot carry on an incident of that graph version; deploy one that can", {
      incidentId: row.id,
      graphVersion: row.graphVersion,
    });
    return;
  }
  const walk = build(deps.wrap(turnPorts(deps.store, turn, deps.world)), deps.settings, deps.checkpointer);
  while (await stepOnce(deps, turn, row, walk, signal)) signal.throwIfAborted();
};

const closeWhenQuiet = async ({ store, world }: AdvanceDeps, row: StoredIncident): Promise<void> => {
  if (row.closedAt !== null || (await countAlerts(store.pool, row.id)).firing > 0) return;
  await inTransaction(store.pool, (tx) => closeIncident(tx, row.id, world.clock.now()));
};

/** Counts the failure on the incident and tries again later; after enough of them a person is paged instead. */
const failed = async (deps: AdvanceDeps, turn: Turn, error: unknown): Promise<void> => {
  const message = error instanceof Error ? error.message : String(error);
  deps.log("the walk failed and will be tried again", { incidentId: turn.incidentId, error: message });
  const failures = await inTransaction(deps.store.pool, async (tx) => {
    const count = await failTurn(tx, turn, message);
    await append(tx, turn.incidentId, {
      at: deps.world.clock.now().toISOString(),
      kind: "failure",
      actor: "nightshift",
      line: `the walk failed (${count} of ${maxFailures}): ${message.slice(0, 500)}`,
    });
    const pauseMs = Math.min(2 ** count, 60) * 1000;
    if (count < maxFailures) await deps.store.queue.send(tx, "wake", turn.incidentId, new Date(Date.now() + pauseMs));
    return count;
  });
  if (failures >= maxFailures)
    await giveUp(deps, turn.incidentId, `Nightshift itself failed ${failures} times: ${message}`);
};

/** Moves one incident as far as it goes now. Safe to call at any time, from any replica, for any incident. */
export const advance =
  (deps: AdvanceDeps) =>
  async (incidentId: string, signal: AbortSignal): Promise<void> => {
    const turn = await takeTurn(deps.store.pool, incidentId);
    const row = await readIncident(deps.store.pool, incidentId);
    if (turn === null || row === null) return;
    try {
      if (terminalStatuses.includes(row.status)) await closeWhenQuiet(deps, row);
      else if (turn.attempts > maxAttempts) await giveUp(deps, incidentId, `no progress in ${maxAttempts} attempts`);
      else await walkOn(deps, turn, row, signal);
      await finishTurn(deps.store.pool, turn);
    } catch (error) {
      if (error instanceof TurnLost) return;
      // Handed over: pg-boss gives the job to a living worker.
      if (signal.aborted) throw error;
      await failed(deps, turn, error);
    }
  };
