import type { TapedCall, TapedOutcome, TapedSettings, Visit } from "../incident/tape.ts";

/** A call that had not come back when its node ended: the node had gone on without it, as on a timeout. */
const unanswered: TapedOutcome = {
  kind: "refused",
  port: "ask",
  reason: "timeout",
  message: "ask: no answer within the time this question had",
};

type Waiting = Omit<TapedCall, "outcome"> & { outcome: TapedOutcome | null };

/** One run of a node while it runs. */
export interface OpenVisit {
  readonly incidentId: string;
  readonly fence: number;
  call(what: Omit<TapedCall, "outcome">): (outcome: TapedOutcome) => void;
  tick(time: number): void;
  close(): Visit;
}

export const openVisit = (
  at: { incidentId: string; fence: number; visit: string; step: number; node: string },
  settings: TapedSettings,
): OpenVisit => {
  const { incidentId, fence, visit, step, node } = at;
  const calls: Waiting[] = [];
  const times: number[] = [];
  let open = true;
  return {
    incidentId,
    fence,
    call: (what) => {
      const entry: Waiting = { ...what, outcome: null };
      if (open) calls.push(entry);
      return (outcome) => {
        if (open) entry.outcome = outcome;
      };
    },
    tick: (time) => {
      if (open) times.push(time);
    },
    close: () => {
      open = false;
      const ended = calls.map((entry) => ({ ...entry, outcome: entry.outcome ?? unanswered }));
      return { visit, step, node, settings, calls: ended, times };
    },
  };
};
