import type { Decision } from "../incident/decision.ts";
import type { Incident } from "../incident/incident.ts";

/** What the newest checkpoint of an incident says, without LangGraph's words. */
export interface Position {
  /** Null: the walk has never begun. */
  state: Incident | null;
  /** Names of the nodes that are next; the library may leave it empty after a crash. */
  next: readonly string[];
  /** The question the walk is paused at. */
  interruptId: string | null;
  /** A node has ended and its checkpoint is missing: `state` shows what is not there yet. */
  unfinished: boolean;
}

export type NextStep =
  | { kind: "begin" }
  | { kind: "answer"; interruptId: string; decision: Decision }
  | { kind: "continue" }
  | { kind: "wait-for-decision"; interruptId: string }
  | { kind: "wait-until"; at: Date }
  | { kind: "done"; state: Incident };

/** `decision` is the answer to the newest question, null while nobody has answered. Never decided from `next` alone. */
export const nextStep = (
  { state, interruptId, unfinished }: Position,
  decision: Decision | null,
  now: Date,
): NextStep => {
  if (state === null) return { kind: "begin" };
  if (unfinished) return { kind: "continue" };
  if (state.writeUp !== null) return { kind: "done", state };
  if (interruptId !== null) {
    return decision === null ? { kind: "wait-for-decision", interruptId } : { kind: "answer", interruptId, decision };
  }
  const at = state.lookAgainAt === null ? null : new Date(state.lookAgainAt);
  return at !== null && at > now ? { kind: "wait-until", at } : { kind: "continue" };
};
