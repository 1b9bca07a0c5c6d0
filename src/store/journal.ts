import { sha256 } from "../incident/canonical.ts";
import { plainText } from "./plain-text.ts";
import type { Runner } from "./transaction.ts";

export interface NewEntry {
  at: string;
  kind: string;
  actor: string;
  line: string;
  data?: unknown;
}

export interface JournalRow extends NewEntry {
  seq: number;
  previous: string;
  hash: string;
}

interface Stored {
  seq: number;
  at: Date;
  kind: string;
  actor: string;
  line: string;
  data: unknown;
  previous: string;
  hash: string;
}

const beginning = "0".repeat(64);

// What is hashed must be what comes back: an emoji cut in half by a length limit, or a NUL, does not.
const asStored = ({ at, kind, actor, line, data }: NewEntry): NewEntry => ({
  at: new Date(at).toISOString(),
  kind: plainText(kind),
  actor: plainText(actor),
  line: plainText(line),
  data,
});

const entryHash = (incidentId: string, seq: number, previous: string, entry: NewEntry): string =>
  sha256({
    incidentId,
    seq,
    previous,
    at: entry.at,
    kind: entry.kind,
    actor: entry.actor,
    line: entry.line,
    data: entry.data ?? null,
  });

/** Appends to the hash chain of one incident. The caller's transaction must hold the incident's row lock: it orders the chain. */
export const append = async (tx: Runner, incidentId: string, given: NewEntry): Promise<number> => {
  const entry = asStored(given);
  const last = await tx.query<{ seq: number; hash: string }>(
    "select seq, hash from nightshift.journal where incident_id = $1 order by seq desc limit 1",
    [incidentId],
  );
  const seq = (last.rows[0]?.seq ?? 0) + 1;
  const previous = last.rows[0]?.hash ?? beginning;
  await tx.query(
    `insert into nightshift.journal (incident_id, seq, at, kind, actor, line, data, previous, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      incidentId,
      seq,
      entry.at,
      entry.kind,
      entry.actor,
      entry.line,
      JSON.stringify(entry.data ?? null),
      previous,
      entryHash(incidentId, seq, previous, entry),
    ],
  );
  return seq;
};

export const read = async (db: Runner, incidentId: string, after = 0): Promise<JournalRow[]> => {
  const { rows } = await db.query<Stored>(
    "select seq, at, kind, actor, line, data, previous, hash from nightshift.journal where incident_id = $1 and seq > $2 order by seq",
    [incidentId, after],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
};

/** The first entry whose hash does not follow from the one before it, or null when the chain holds. */
export const firstBreak = (incidentId: string, rows: readonly JournalRow[]): number | null => {
  let previous = beginning;
  for (const [index, row] of rows.entries()) {
    const holds =
      row.seq === index + 1 && row.previous === previous && row.hash === entryHash(incidentId, row.seq, previous, row);
    if (!holds) return row.seq;
    previous = row.hash;
  }
  return null;
};

/** Every incident that has a journal, oldest first. */
export const journaled = async (db: Runner): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    "select incident_id as id from nightshift.journal where seq = 1 order by at, incident_id",
  );
  return rows.map(({ id }) => id);
};
