import type { JournalRow } from "./journal.ts";
import { plainText } from "./plain-text.ts";
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

type Decided = Pick<DecidedRow, "state" | "by" | "via" | "reason">;

/** A person's answer as the journal tells it. Whoever wrote more than fits is told of as far as this. */
export const decidedLine = ({ state, by, via, reason }: Decided): string =>
  `${state} by ${by} over ${via}${reason ? `: ${reason.slice(0, 300)}` : ""}`;

const about = ({ data }: JournalRow): { planHash?: unknown; round?: unknown } => Object(data);

const sameQuestion = (entry: JournalRow, { planHash, round }: DecidedRow): boolean =>
  about(entry).planHash === planHash && about(entry).round === round;

const fits = (entry: JournalRow, row: DecidedRow): boolean =>
  entry.actor === row.by && entry.at === row.at && entry.line === plainText(decidedLine(row));

const isPolicy = ({ by, via }: DecidedRow): boolean => by === "policy" && via === "policy";

/** A change that was refused is of the newest of policy's answers before it. */
const isRefusedOf = (row: DecidedRow, { kind, actor, line, at }: JournalRow, rows: readonly DecidedRow[]): boolean => {
  if (kind !== "step" || actor !== "act" || !/ refused: /.test(line)) return false;
  const before = rows.filter((one) => one.incidentId === row.incidentId && isPolicy(one) && (one.at ?? "") <= at);
  return before.toSorted((a, b) => a.round - b.round).at(-1) === row;
};

/** What an answered question says otherwise than the journal; null: the same. */
const otherwise = (row: DecidedRow, entries: readonly JournalRow[], rows: readonly DecidedRow[]): string | null => {
  const question = `${row.incidentId}: the question of round ${row.round}`;
  const entry = entries.find((one) => one.kind === "approval" && sameQuestion(one, row));
  if (entry !== undefined)
    return fits(entry, row) ? null : `${question} is ${row.state} by ${row.by}, and entry ${entry.seq} says otherwise`;
  if (row.state !== "approved" && row.state !== "rejected") return null;
  const began = entries.some((one) => one.kind === "intent" && sameQuestion(one, row));
  // Older builds wrote policy's yes before they asked the hour and the clock, and a refusal left it behind.
  if (isPolicy(row) && (began || entries.some((one) => isRefusedOf(row, one, rows)))) return null;
  return `${question} is ${row.state} by ${row.by}, and no entry says so`;
};

/** Answers on record whose question is gone. */
const unasked = (incidentId: string, entries: readonly JournalRow[], rows: readonly DecidedRow[]): string[] => {
  const own = rows.filter((row) => row.incidentId === incidentId);
  const told = entries.filter((entry) => entry.kind === "approval" && about(entry).planHash !== undefined);
  return told
    .filter((entry) => !own.some((row) => sameQuestion(entry, row)))
    .map(({ seq }) => `${incidentId}: entry ${seq} answers a question, and no question is there`);
};

/** Each way in which the approvals of now are not what the journal says was decided. */
export const unlikeJournal = (rows: readonly DecidedRow[], journals: Map<string, readonly JournalRow[]>): string[] => [
  ...rows.flatMap((row) => otherwise(row, journals.get(row.incidentId) ?? [], rows) ?? []),
  ...[...journals].flatMap(([id, entries]) => unasked(id, entries, rows)),
];
