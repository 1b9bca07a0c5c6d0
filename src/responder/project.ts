import type { StateSnapshot } from "@langchain/langgraph";
import type { Walk } from "../graph/graph.ts";
import { Incident } from "../incident/incident.ts";
import { statusOf } from "../incident/status.ts";
import { changedBy } from "../replay/recording.ts";
import { countAlerts } from "../store/alerts.ts";
import { lockIncident, projectState } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { inTransaction, type Runner } from "../store/transaction.ts";
import { holdTurn, type Turn } from "../store/turns.ts";
import { close } from "./retention.ts";
import { stepLine } from "./story.ts";
import type { Store } from "./turn-ports.ts";

const checkpointOf = (snapshot: StateSnapshot): string => String(snapshot.config.configurable?.checkpoint_id ?? "");

const stateOf = (snapshot: StateSnapshot): Incident | null => {
  const parsed = Incident.safeParse(snapshot.values);
  return parsed.success ? parsed.data : null;
};

/** Checkpoints newer than the one that was projected last, oldest first, each with its parent. */
const unseenSteps = async (walk: Walk, threadId: string, seen: string | null): Promise<StateSnapshot[]> => {
  const steps: StateSnapshot[] = [];
  for await (const snapshot of walk.getStateHistory({ configurable: { thread_id: threadId } })) {
    steps.push(snapshot);
    if (checkpointOf(snapshot) === seen) break;
  }
  return steps.reverse();
};

const journalStep = async (tx: Runner, turn: Turn, parent: StateSnapshot, snapshot: StateSnapshot): Promise<void> => {
  const after = stateOf(snapshot);
  const [node] = parent.next;
  if (after === null || node === undefined || node === "__start__") return;
  await append(tx, turn.incidentId, {
    at: snapshot.createdAt ?? after.openedAt,
    kind: "step",
    actor: node,
    line: stepLine(node, after),
    data: {
      checkpoint: checkpointOf(snapshot),
      changed: changedBy(stateOf(parent), after),
      // An id is the hash of a question and its answer, so the chain holds what was read, not only that something was.
      reads: after.evidence.filter((id) => !stateOf(parent)?.evidence.includes(id)),
    },
  });
};

/** A resolved or dismissed incident is over; an escalated one is when nothing of it fires any more. */
const closeWhenOver = async (
  tx: Runner,
  queue: Store["queue"],
  incidentId: string,
  status: string,
  at: Date,
): Promise<void> => {
  const over = status === "resolved" || status === "dismissed";
  if (over || (status === "escalated" && (await countAlerts(tx, incidentId)).firing === 0))
    await close(tx, queue, incidentId, at);
};

/**
 * Brings the journal and what people see up to the newest checkpoint. Checkpoints are the truth and this follows them,
 * so a crash between a step and its journal entry is made good by the next turn.
 */
export const project = async ({ pool, queue }: Store, turn: Turn, walk: Walk, now: Date): Promise<void> => {
  const row = await inTransaction(pool, (tx) => lockIncident(tx, turn.incidentId));
  const steps = await unseenSteps(walk, turn.incidentId, row?.checkpointId ?? null);
  const newest = steps.at(-1);
  const state = newest ? stateOf(newest) : null;
  if (newest === undefined || state === null || checkpointOf(newest) === row?.checkpointId) return;
  const status = statusOf(state, newest.next);
  await inTransaction(pool, async (tx) => {
    await holdTurn(tx, turn);
    for (const [index, step] of steps.entries()) {
      const parent = steps[index - 1];
      if (parent !== undefined) await journalStep(tx, turn, parent, step);
    }
    await projectState(tx, turn.incidentId, { state, status, checkpointId: checkpointOf(newest) });
    await closeWhenOver(tx, queue, turn.incidentId, status, now);
  });
};
