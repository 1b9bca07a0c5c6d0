import type { Visit } from "../incident/tape.ts";
import type { Taken } from "./recording.ts";

interface Placed {
  visit: Visit;
  /** Which step of the incident this was, and the step its walk began with. */
  step: number;
  begun: number;
}

/**
 * A node that asked nothing is on the tape only where the settings had changed, so the n-th visit need not be of the n-th run. Within one walk the numbers on
 * the tape rise with the steps; a beginning takes numbers of its own, and the first node of each walk always asks.
 */
const place = (tape: readonly Visit[], path: readonly Taken[]): Placed[] => {
  const begins = [...new Set(path.map(({ begun }) => begun))];
  let begun = begins.shift() ?? 0;
  let base = tape[0]?.step ?? 0;
  return tape.map((visit) => {
    const [next] = begins;
    if (next !== undefined && visit.node === "gather" && begun + visit.step - base >= next) {
      begins.shift();
      begun = next;
      base = visit.step;
    }
    return { visit, step: begun + visit.step - base, begun };
  });
};

export interface Visits {
  /** What the tape has for the node that runs next; null: nothing. */
  next(node: string): Visit | null;
  left(): Visit[];
}

/** By the step as long as the walk goes the way it went then; where it has left it, by the order of what that walk has of the node. */
export const visitsOf = (tape: readonly Visit[], path: readonly Taken[]): Visits => {
  const left = place(tape, path);
  let step = -1;
  let begun = 0;
  let same = true;
  return {
    next: (node) => {
      step += 1;
      const then = path[step];
      same &&= then?.node === node;
      if (same && then !== undefined) begun = then.begun;
      const at = left.findIndex(
        (one) => one.visit.node === node && one.begun === begun && (!same || one.step === step),
      );
      return at === -1 ? null : (left.splice(at, 1)[0]?.visit ?? null);
    },
    left: () => left.map(({ visit }) => visit),
  };
};
