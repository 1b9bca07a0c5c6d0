import { setTimeout } from "node:timers/promises";
import type { Pool } from "pg";
import { read } from "../store/journal.ts";
import type { Responder } from "./responder.ts";
import { entryOf } from "./views.ts";

const pollMs = 1000;

/** An abort ends the pause early; whoever pauses looks at the signal. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);

/** Tells each new journal entry in order, beginning after `after`. Reads the table: a stream that breaks off loses nothing. */
export const follow =
  (pool: Pool): Responder["follow"] =>
  async (incidentId, after, onEntry, signal) => {
    let last = after;
    while (!signal.aborted) {
      for (const row of await read(pool, incidentId, last)) {
        onEntry(entryOf(row));
        last = row.seq;
      }
      await pause(pollMs, signal);
    }
  };
