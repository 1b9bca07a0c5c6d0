import type { JournalRow } from "./journal.ts";
import type { Runner } from "./transaction.ts";

/** A row of approvals as it says it was decided. */
export interface DecidedRow {
  incidentId: string;
  round: number;
  planHash: string;
  state: string;
  by: string | null;
  via: string | null;
  reason: string | null;
  at: string | null;
}

/** Every question that was asked, to be held against the journal: the rows themselves are in no chain. */
export const decidedRows = async (db: Runner): Promise<DecidedRow[]> => {
  const { rows } = await db.query<Omit<DecidedRow, "at"> & { at: Date | null }>(
    `select incident_id as "incidentId", round, plan_hash as "planHash", state, decided_by as by, via, reason, decided_at as at
     from nightshift.approvals order by incident_id, round`,
  );
  return rows.map((row) => ({ ...row, at: row.at?.toISOString() ?? null }));
};

const about = ({ data }: JournalRow): { planHash?: unknown; round?: unknown } => Object(data);

const sameQuestion = (entry: JournalRow, { planHash, round }: DecidedRow): boolean =>
  about(entry).planHash === planHash && about(entry).round === round;

const fits = (entry: JournalRow, { state, by, via, reason, at }: DecidedRow): boolean =>
  entry.actor === by &&
  entry.at === at &&
  entry.line.startsWith(`${state} by ${by} over ${via}`) &&
  (reason === null || entry.line.includes(reason.slice(0, 100)));

/** What an answered question says otherwise than the journal; null: the same. */
const otherwise = (row: DecidedRow, entries: readonly JournalRow[]): string | null => {
  const question = `${row.incidentId}: the question of round ${row.round}`;
  const entry = entries.find((one) => one.kind === "approval" && sameQuestion(one, row));
  if (entry !== undefined)
    return fits(entry, row) ? null : `${question} is ${row.state} by ${row.by}, and entry ${entry.seq} says otherwise`;
  if (row.state !== "approved" && row.state !== "rejected") return null;
  const began = entries.some((one) => one.kind === "intent" && sameQuestion(one, row));
  if (row.by === "policy" && row.via === "policy" && began) return null;
  return `${question} is ${row.state} by ${row.by}, and no entry says so`;
};

/** Each way in which the approvals of now are not what the journal says was decided. */
export const unlikeJournal = (rows: readonly DecidedRow[], journals: Map<string, readonly JournalRow[]>): string[] =>
  rows.flatMap((row) => otherwise(row, journals.get(row.incidentId) ?? []) ?? []);
