import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { Command, isGraphInterrupt, type StateSnapshot } from "@langchain/langgraph";
import type { Settings, Walk } from "../graph/graph.ts";
import { versions } from "../graph/versions.ts";
import { type Incident, newIncident, terminalStatuses } from "../incident/incident.ts";
import { TurnLost } from "../incident/turn-lost.ts";
import type { Ports } from "../ports/index.ts";
import { alertsAbout, countAlerts } from "../store/alerts.ts";
import { hasBegunAnew, tiesOf } from "../store/families.ts";
import { readIncident, type StoredIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { forgetVisitsAfter } from "../store/tapes.ts";
import { inSavepoint, inTransaction, inUnhurriedTransaction, type Runner } from "../store/transaction.ts";
import { failTurn, finishTurn, holdTurn, type Turn, takeTurn } from "../store/turns.ts";
import { closeIfOver } from "./close.ts";
import { endQuietly, leaveFamily } from "./family.ts";
import { giveUp } from "./give-up.ts";
import { nextStep } from "./next-step.ts";
import { isOfOtherBuild, leaveToOtherBuild } from "./other-build.ts";
import { positionOf, stateOf } from "./position.ts";
import { project } from "./project.ts";
import { currentDecision, parkForDecision } from "./question.ts";
import { type Again, readAgain } from "./read-again.ts";
import { type Store, turnPorts, type WorldPorts } from "./turn-ports.ts";

export interface AdvanceDeps {
  store: Store;
  world: WorldPorts;
  settings: Settings;
  checkpointer: BaseCheckpointSaver;
  /** Fits around all ports of a turn: deadlines, recording, and what tests put there. */
  wrap: (ports: Ports) => Ports;
  /** Null or absent: details of a page cannot be asked for. */
  again?: Again | null;
  log: (line: string, fields?: Record<string, unknown>, level?: "info" | "warn" | "error") => void;
}

/** Timers of the queue run by the database's real time, so what is only a pause counts from it and not from the world's clock. */
const inRealTime = (ms: number): Date => new Date(Date.now() + ms);

const maxAttempts = 5;
const maxFailures = 5;
const alertsInState = 20;

/** A walk that begins anew goes on counting: rounds name its approvals, and no budget is given twice. */
const beginning = async ({ store }: AdvanceDeps, row: StoredIncident, former: Incident | null): Promise<Incident> => ({
  ...newIncident({
    id: row.id,
    subject: row.subject,
    // Walks of one incident all begin with the same, so that a replay can: what is told follows the row.
    severity: former?.severity ?? row.severity,
    openedAt: row.openedAt.toISOString(),
    alerts: (await alertsAbout(store.pool, row.id, alertsInState)).reverse(),
  }),
  ...(former === null ? {} : { rounds: former.rounds, cost: former.cost }),
});

/** What was read after the newest checkpoint never became a step, and a walk that begins anew will not finish it. */
const beginAnew = async (deps: AdvanceDeps, turn: Turn, walk: Walk, input: Incident, signal: AbortSignal) => {
  const { metadata } = await walk.getState({ configurable: { thread_id: turn.incidentId } });
  if (metadata !== undefined) await forgetVisitsAfter(deps.store.pool, turn, metadata.step);
  await run(walk, turn, input, signal);
  await inTransaction(deps.store.pool, async (tx) => {
    await holdTurn(tx, turn);
    await hasBegunAnew(tx, turn.incidentId);
  });
};

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

const parkUntil = ({ store }: AdvanceDeps, turn: Turn, at: Date): Promise<void> =>
  inUnhurriedTransaction(store.pool, async (tx) => {
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

/** One step of the turn from the newest checkpoint; false when there is nothing more to do for now. */
const stepFrom = async (
  newest: StateSnapshot | undefined,
  deps: AdvanceDeps,
  turn: Turn,
  row: StoredIncident,
  walk: Walk,
  signal: AbortSignal,
): Promise<boolean> => {
  const { held, closed, beginAnew: anew } = await tiesOf(deps.store.pool, turn.incidentId);
  if (held || closed) return false;
  const position = positionOf(await stateOf(walk, turn, newest), row.checkpointId);
  if (anew && !position.unfinished) {
    await beginAnew(deps, turn, walk, await beginning(deps, row, position.state), signal);
    return true;
  }
  const decision = position.interruptId === null ? null : await currentDecision(deps, turn, position.interruptId);
  const step = nextStep(position, decision, deps.world.clock.now());
  switch (step.kind) {
    case "begin":
      await run(walk, turn, await beginning(deps, row, null), signal);
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

/** People are told that something could not be judged; what of our own code failed is for the log. */
const unjudged = (deps: AdvanceDeps, { incidentId }: Turn, rule: string, cause: unknown): void => {
  const error = deps.settings.redact(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause));
  deps.log("a rule failed", { incidentId, rule, error }, "error");
};

const walkOn = async (deps: AdvanceDeps, turn: Turn, row: StoredIncident, signal: AbortSignal): Promise<void> => {
  const build = versions[row.graphVersion];
  if (build === undefined) throw new Error(`no graph of version ${row.graphVersion}`);
  const walk = build(
    deps.wrap(turnPorts(deps.store, turn, deps.world, deps.settings.redact)),
    { ...deps.settings, heard: (rule, error) => unjudged(deps, turn, rule, error) },
    deps.checkpointer,
  );
  const look = (seen: string | null, last?: StateSnapshot) =>
    project(deps.store, turn, walk, { seen, last, now: deps.world.clock.now() });
  let at = await look(row.checkpointId);
  while (await stepFrom(at.newest, deps, turn, row, walk, signal)) {
    signal.throwIfAborted();
    // What was done is told at once, also by a replica that stops; the next node is for whoever comes after.
    at = await look(at.seen, at.newest);
    deps.store.queue.ending.throwIfAborted();
  }
};

const closeQuiet = ({ store, world }: AdvanceDeps, id: string): Promise<void> =>
  inTransaction(store.pool, (tx) => closeIfOver(tx, store, id, world.clock.now()));

/** False: that failed as well. It is tried again after a pause, and the deadline pages meanwhile. */
const gaveUp = async (deps: AdvanceDeps, tx: Runner, { incidentId }: Turn, why: string): Promise<boolean> => {
  try {
    await inSavepoint(tx, () => giveUp(deps, tx, incidentId, why));
    return true;
  } catch (cause) {
    const error = deps.settings.redact(cause instanceof Error ? cause.message : String(cause));
    deps.log("it could not be given up", { incidentId, error }, "error");
    return false;
  }
};

/** Counts the failure on the incident and tries again later; after enough of them a person is paged instead. */
const failed = async (deps: AdvanceDeps, turn: Turn, error: unknown): Promise<void> => {
  // It may quote what a server said. From here it goes to the log, the record, the report and the page.
  const message = deps.settings.redact(error instanceof Error ? error.message : String(error));
  deps.log("the walk failed", { incidentId: turn.incidentId, error: message }, "error");
  await inTransaction(deps.store.pool, async (tx) => {
    const count = await failTurn(tx, turn, message);
    await append(tx, turn.incidentId, {
      at: deps.world.clock.now().toISOString(),
      kind: "failure",
      actor: "nightshift",
      line: `the walk failed (${count} of ${maxFailures}): ${message.slice(0, 500)}`,
    });
    if (count >= maxFailures && (await gaveUp(deps, tx, turn, `Nightshift itself failed ${count} times: ${message}`)))
      return;
    const pauseMs = Math.min(2 ** count, 60) * 1000;
    await deps.store.queue.send(tx, "wake", turn.incidentId, inRealTime(pauseMs));
  });
};

const noProgress = (deps: AdvanceDeps, turn: Turn): Promise<void> =>
  inTransaction(deps.store.pool, async (tx) => {
    await holdTurn(tx, turn);
    await giveUp(deps, tx, turn.incidentId, `no progress in ${maxAttempts} attempts`);
  });

/**
 * Held by another incident: there is nothing to do but to end when all is quiet, or to leave a while after that one is over.
 * Looks under the row's lock: its parent may have let it go since the turn began. True: it may walk.
 */
const leaveParent = (deps: AdvanceDeps, turn: Turn): Promise<boolean> =>
  inTransaction(deps.store.pool, async (tx) => {
    await holdTurn(tx, turn);
    const { held, closed, parentId, parentClosedAt } = await tiesOf(tx, turn.incidentId);
    const row = await readIncident(tx, turn.incidentId);
    if (row === null || closed || !held) return row !== null && !closed;
    const at = deps.world.clock.now();
    if ((await countAlerts(tx, row.id)).firing === 0) {
      await endQuietly(tx, deps.store, row, parentId, at);
      return false;
    }
    if (parentClosedAt === null) return false;
    // What was its parent's trouble needs as long to go away as a change of ours gets to help.
    const due = new Date(parentClosedAt.getTime() + deps.settings.settleSeconds * 1000);
    if (at >= due) await leaveFamily(tx, deps.store, row, "is over", at);
    else await deps.store.queue.send(tx, "wake", row.id, due);
    return at >= due;
  });

const moveOn = async (deps: AdvanceDeps, turn: Turn, signal: AbortSignal): Promise<void> => {
  const { pool } = deps.store;
  const { held, closed } = await tiesOf(pool, turn.incidentId);
  const free = !closed && (!held || (await leaveParent(deps, turn)));
  const row = free ? await readIncident(pool, turn.incidentId) : null;
  if (row === null) await finishTurn(pool, turn);
  else await walkFrom(deps, turn, row, signal);
};

/** False: another incident takes it over, or it is tried again later. */
const beginsNow = async (deps: AdvanceDeps, turn: Turn, row: StoredIncident, signal: AbortSignal): Promise<boolean> => {
  const then = await readAgain(deps, row, signal);
  if (then.kind === "wait") await parkUntil(deps, turn, inRealTime(then.ms));
  return then.kind === "walk";
};

const walkFrom = async (deps: AdvanceDeps, turn: Turn, row: StoredIncident, signal: AbortSignal): Promise<void> => {
  if (terminalStatuses.includes(row.status)) await closeQuiet(deps, row.id);
  else if (turn.attempts > maxAttempts) await noProgress(deps, turn);
  else if (await beginsNow(deps, turn, row, signal)) await walkOn(deps, turn, row, signal);
  await finishTurn(deps.store.pool, turn);
};

/** Whatever goes wrong on the way is counted on the incident; only a hand-over and a dead database are the queue's to repeat. */
const settleFailure = async (deps: AdvanceDeps, turn: Turn, signal: AbortSignal, error: unknown): Promise<void> => {
  const { incidentId } = turn;
  if (error instanceof TurnLost) {
    deps.log("another worker has taken over; this one changes nothing more", { incidentId });
    return;
  }
  if (signal.aborted || deps.store.queue.ending.aborted) {
    deps.log("another worker has taken over, or will: this one stops here", { incidentId });
    throw error;
  }
  await failed(deps, turn, error);
};

/** Moves one incident as far as it goes now. Safe to call at any time, from any replica, for any incident. */
export const advance =
  (deps: AdvanceDeps) =>
  async (incidentId: string, signal: AbortSignal): Promise<void> => {
    const row = await readIncident(deps.store.pool, incidentId);
    if (row !== null && isOfOtherBuild(row)) return leaveToOtherBuild(deps, row);
    const turn = await takeTurn(deps.store.pool, incidentId);
    if (turn === null) return;
    try {
      await moveOn(deps, turn, signal);
    } catch (error) {
      await settleFailure(deps, turn, signal, error).catch((cause: unknown) => {
        if (!(cause instanceof TurnLost)) throw cause;
      });
    }
  };
