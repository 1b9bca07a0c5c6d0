import type { StateSnapshot } from "@langchain/langgraph";
import type { Walk } from "../graph/graph.ts";
import { Incident } from "../incident/incident.ts";
import type { Turn } from "../store/turns.ts";
import type { Position } from "./next-step.ts";

/** Before its first node a walk has no state. One that this build cannot read must not look like that: it would begin anew. */
const hasBegun = ({ values }: StateSnapshot): boolean => Object.keys(values).length > 0;

/** The walk as it stands. What a crash left behind a checkpoint is not in the checkpoint, and has to be read with it. */
export const stateOf = (
  walk: Walk,
  turn: Turn,
  newest: StateSnapshot | undefined,
): Promise<StateSnapshot> | StateSnapshot =>
  newest !== undefined && hasBegun(newest) && newest.tasks.every(({ result }) => result === undefined)
    ? newest
    : walk.getState({ configurable: { thread_id: turn.incidentId } });

export const positionOf = (snapshot: StateSnapshot, known: string | null): Position => {
  const begun = hasBegun(snapshot);
  if (!begun && known !== null)
    throw new Error(`checkpoint ${known} of the walk is gone or holds no state: restore its rows from a backup`);
  const [pending] = snapshot.tasks.flatMap(({ interrupts }) => interrupts);
  return {
    state: begun ? Incident.parse(snapshot.values) : null,
    next: snapshot.next,
    interruptId: pending?.id ?? null,
    // Left by a crash between a node's writes and its checkpoint; a question stands beside its answer then.
    unfinished: snapshot.tasks.some(({ result }) => result !== undefined),
  };
};
