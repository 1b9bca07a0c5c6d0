import type { Pool } from "pg";
import { Incident, type IncidentStatus } from "../incident/incident.ts";
import { Subject } from "../incident/subject.ts";
import { isHeld, isUnpaged } from "./conditions.ts";
import { plainJson } from "./plain-text.ts";
import { highestSeverity } from "./severity.ts";
import { prepared, type Runner } from "./transaction.ts";

export interface StoredIncident {
  id: string;
  status: IncidentStatus;
  subject: Subject;
  /** The highest of its own alerts and of those that it holds. */
  severity: string;
  graphVersion: number;
  openedAt: Date;
  /** When it was last opened again. */
  reopenedAt: Date | null;
  closedAt: Date | null;
  deadlineAt: Date;
  /** How long an incident like this one has, from its opening to its deadline. */
  deadlineMs: number;
  pagedAt: Date | null;
  lastError: string | null;
  /** The newest checkpoint as people see it; null before the first. */
  state: Incident | null;
  checkpointId: string | null;
}

/** When its deadline began to run. */
export const deadlineFrom = ({ deadlineAt, deadlineMs }: StoredIncident): Date =>
  new Date(deadlineAt.getTime() - Math.round(deadlineMs));

interface Row extends Omit<StoredIncident, "subject" | "state"> {
  subject: unknown;
  state: unknown;
}

const columns = `id, status, subject, ${highestSeverity} as severity, graph_version as "graphVersion", opened_at as "openedAt", reopened_at as "reopenedAt",
  closed_at as "closedAt", deadline_at as "deadlineAt",
  (extract(epoch from deadline_at - coalesce(deadline_from, reopened_at, opened_at)) * 1000)::float8 as "deadlineMs", paged_at as "pagedAt", last_error as "lastError", state, checkpoint_id as "checkpointId"`;

const parse = (row: Row): StoredIncident => ({
  ...row,
  subject: Subject.parse(row.subject),
  // Only a picture of the newest checkpoint: one that an older build drew must not keep anybody from paging.
  state: Incident.safeParse(row.state).data ?? null,
});

export interface NewIncident {
  id: string;
  subject: Subject;
  severity: string;
  graphVersion: number;
  openedAt: Date;
  deadlineAt: Date;
  /** Who holds it from the start; absent or null: it walks. */
  parentId?: string | null;
}

const byId = `select ${columns} from nightshift.incidents i where id = $1`;

export const readIncident = async (db: Runner, id: string): Promise<StoredIncident | null> => {
  const { rows } = await db.query<Row>(prepared(byId, [id]));
  return rows[0] ? parse(rows[0]) : null;
};

/** Locks the incident until the transaction ends. */
export const lockIncident = async (tx: Runner, id: string): Promise<StoredIncident | null> => {
  const { rows } = await tx.query<Row>(prepared(`${byId} for update`, [id]));
  return rows[0] ? parse(rows[0]) : null;
};

export interface ListFilter {
  status: IncidentStatus | null;
  /** Part of `namespace/kind/name`. */
  subject: string | null;
  since: string | null;
  until: string | null;
  before: { openedAt: string; id: string } | null;
  limit: number;
}

/** A held one stands where its parent stands. */
const shownStatus = `coalesce((select p.status from nightshift.incidents p
  where p.id = i.parent_id and ${isHeld}), i.status)`;

export const listIncidents = async (pool: Pool, filter: ListFilter): Promise<StoredIncident[]> => {
  const { rows } = await pool.query<Row>(
    `select ${columns} from nightshift.incidents i
     where ($1::text is null or $1 = ${shownStatus}) and ($2::text is null or position($2 in subject_key) > 0)
       and ($3::timestamptz is null or (opened_at, id) < ($3, $4))
       and ($6::timestamptz is null or opened_at >= $6) and ($7::timestamptz is null or opened_at < $7)
     order by opened_at desc, id desc limit $5`,
    [
      filter.status,
      filter.subject,
      filter.before?.openedAt ?? null,
      filter.before?.id ?? null,
      filter.limit,
      filter.since,
      filter.until,
    ],
  );
  return rows.map(parse);
};

export const setStatus = async (tx: Runner, id: string, status: IncidentStatus): Promise<void> => {
  await tx.query("update nightshift.incidents set status = $2 where id = $1", [id, status]);
};

export const closeIncident = async (tx: Runner, id: string, at: Date): Promise<void> => {
  await tx.query("update nightshift.incidents set closed_at = coalesce(closed_at, $2) where id = $1", [id, at]);
};

export const markPaged = async (tx: Runner, id: string, at: Date): Promise<void> => {
  // Of what was paged before it was looked at again nothing is known any more.
  await tx.query(
    `update nightshift.incidents i set paged_at = case when ${isUnpaged} then $2 else paged_at end where id = $1`,
    [id, at],
  );
};

/** What people see stays: the checkpoint is of a walk that is to begin anew. */
export const passCheckpoint = async (tx: Runner, id: string, checkpointId: string): Promise<void> => {
  await tx.query("update nightshift.incidents set checkpoint_id = $2 where id = $1", [id, checkpointId]);
};

export const projectState = async (
  tx: Runner,
  id: string,
  projected: { state: Incident; status: IncidentStatus; checkpointId: string },
): Promise<void> => {
  await tx.query(
    prepared("update nightshift.incidents set state = $2, status = $3, checkpoint_id = $4 where id = $1", [
      id,
      plainJson(projected.state),
      projected.status,
      projected.checkpointId,
    ]),
  );
};
