import type { Pool } from "pg";
import { type Feedback, Remembered } from "../incident/memory.ts";
import { lockIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { keepFeedback, keepMemory, readMemory, removeMemory } from "../store/memories.ts";
import { inTransaction, type Runner } from "../store/transaction.ts";
import { openingOf } from "./remember.ts";

export type Said = Pick<Feedback, "correct" | "class" | "note">;
type Using = { pool: Pool; now(): Date; redact(text: string): string };

const lineOf = ({ correct, class: name, note }: Said): string =>
  `${correct ? "the diagnosis was right" : `the diagnosis was wrong${name === null ? "" : `: it was ${name}`}`}${note === null ? "" : `; ${note}`}`;

/** Where retention took the incident, its memory is all that is left, and is what is asked next time. */
const sayOfMemory = async (tx: Runner, memory: Remembered | null, kept: Feedback): Promise<boolean> => {
  if (memory !== null) await keepMemory(tx, Remembered.parse({ ...memory, feedback: kept }));
  return memory !== null;
};

/** What a person says of a diagnosis. It is what is remembered from then on. False: neither the incident nor a memory is there. */
export const feedback =
  ({ pool, now, redact }: Using) =>
  (incidentId: string, said: Said, by: string): Promise<boolean> =>
    inTransaction(pool, async (tx) => {
      const incident = await lockIncident(tx, incidentId);
      const at = now().toISOString();
      const kept = { ...said, note: said.note === null ? null : redact(said.note), by, at };
      const memory = await readMemory(tx, incidentId);
      if (incident === null) return sayOfMemory(tx, memory, kept);
      await keepFeedback(tx, incidentId, kept);
      // Open again, it is of what is going on now; that is remembered when it ends.
      if (memory?.openedAt === openingOf(incident).toISOString()) await sayOfMemory(tx, memory, kept);
      await append(tx, incidentId, { at, kind: "feedback", actor: by, line: lineOf(kept), data: kept });
      return true;
    });

/** Takes an incident out of the memory. Its own record stays as long as the incident does. */
export const forget =
  ({ pool, now }: Omit<Using, "redact">) =>
  (incidentId: string, by: string): Promise<boolean> =>
    inTransaction(pool, async (tx) => {
      const known = await lockIncident(tx, incidentId);
      const gone = await removeMemory(tx, incidentId);
      if (known !== null && gone)
        await append(tx, incidentId, {
          at: now().toISOString(),
          kind: "feedback",
          actor: by,
          line: "taken out of the memory",
        });
      return gone;
    });
