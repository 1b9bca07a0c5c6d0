import type { Pool } from "pg";
import { beginsAnew } from "./begin-anew.ts";
import { isFree, isHeld, isOrphan, isUnpaged } from "./conditions.ts";
import { prepared, type Runner } from "./transaction.ts";

/** One at a time decides who belongs to this cause. Taken before any row is locked. */
export const lockCause = async (tx: Runner, causeKey: string): Promise<void> => {
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 9))", [causeKey]);
};

/** The open incident that is parent to others of this cause: the one on the cause itself, else the first that traced back to it. */
export const parentByCause = async (tx: Runner, causeKey: string, but: string): Promise<string | null> => {
  const { rows } = await tx.query<{ id: string }>(
    `select id from nightshift.incidents i
     where ${isFree} and id <> $2 and (subject_key = $1 or cause_key = $1)
     order by (subject_key = $1) desc, opened_at, id limit 1`,
    [causeKey, but],
  );
  return rows[0]?.id ?? null;
};

/** An open incident that a gathering may touch. */
export interface Kin {
  id: string;
  subjectKey: string;
  /** Its parent holds it and is not over. */
  held: boolean;
  parentId: string | null;
  /** Nobody has looked at it yet. */
  unseen: boolean;
  /** Its walk has not gone further than its diagnosis, or is over; nobody is asked about it, and nothing was changed for it. */
  movable: boolean;
  /** What it is parent by: others that trace back to this are its children. */
  causeKey: string | null;
  leftCause: string | null;
}

/**
 * Locks these, those that they hold, and the victims that nobody holds: all at once and in the order of their id, as intake
 * does, so that nobody waits in a circle. One whose parent is over is as free as one that nobody has looked at.
 */
export const lockKin = async (
  tx: Runner,
  ids: readonly string[],
  victims: readonly string[],
): Promise<Map<string, Kin>> => {
  const { rows } = await tx.query<Kin>(
    `select i.id, i.subject_key as "subjectKey", ${isHeld} as held, i.parent_id as "parentId",
       (i.state is null or ${isOrphan}) and i.cause_key is null as unseen, i.cause_key as "causeKey",
       case when i.held then p.cause_key else i.left_cause end as "leftCause",
       (i.status = 'escalated' or i.status = 'investigating' and ${isUnpaged}) and not exists (
         select 1 from nightshift.approvals a where a.incident_id = i.id and a.state in ('pending', 'approved')) as movable
     from nightshift.incidents i left join nightshift.incidents p on p.id = i.parent_id
     where i.closed_at is null and (i.id = any($1) or (i.held and i.parent_id = any($1)) or (i.subject_key = any($2) and
       (${isOrphan} or not i.held and i.state is null)))
     order by i.id for update of i`,
    [ids, victims],
  );
  return new Map(rows.map((row) => [row.id, row]));
};

/** They are its children from here on. The fence is raised: whoever has a turn of one writes nothing more. */
export const take = async (tx: Runner, parentId: string, ids: readonly string[]): Promise<void> => {
  await tx.query(
    `update nightshift.incidents set parent_id = $1, held = true, fence = fence + 1, attempts = 0, failures = 0,
       cause_key = null, victims = '{}' where id = any($2)`,
    [parentId, ids],
  );
};

/** What others may be gathered by from now on; what it gathered by before goes, its victims stay only where that is the same. */
export const noteCause = async (
  tx: Runner,
  id: string,
  { key, victims, at }: { key: string; victims: readonly string[]; at: Date },
): Promise<void> => {
  await tx.query(
    `update nightshift.incidents set victims_at = $4, cause_key = $2, victims = (
       select coalesce(array_agg(distinct v), '{}')
       from unnest(case when cause_key = $2 then victims || $3::text[] else $3::text[] end) v)
     where id = $1`,
    [id, key, victims, at],
  );
};

/** It gathers nobody any more. */
export const dropCause = async (tx: Runner, id: string): Promise<void> => {
  await tx.query("update nightshift.incidents set cause_key = null, victims = '{}' where id = $1", [id]);
};

export const causeOf = async (db: Runner, id: string): Promise<string | null> => {
  const { rows } = await db.query<{ key: string | null }>(
    "select cause_key as key from nightshift.incidents where id = $1",
    [id],
  );
  return rows[0]?.key ?? null;
};

export const victimsOf = async (tx: Runner, id: string): Promise<string[]> => {
  const { rows } = await tx.query<{ victims: string[] }>("select victims from nightshift.incidents where id = $1", [
    id,
  ]);
  return rows[0]?.victims ?? [];
};

/** Whether it may walk, and who has a say in that. */
export interface Ties {
  held: boolean;
  parentId: string | null;
  /** When the parent that holds it ended; null: it has not. One that is gone has ended long ago. */
  parentClosedAt: Date | null;
  /** The walk is to begin anew. */
  beginAnew: boolean;
  closed: boolean;
}

export const tiesOf = async (db: Runner, id: string): Promise<Ties> => {
  const { rows } = await db.query<Ties>(
    prepared(
      `select i.held, i.begin_anew as "beginAnew", i.closed_at is not null as closed, p.id as "parentId",
         case when p.id is null then i.opened_at else p.closed_at end as "parentClosedAt"
       from nightshift.incidents i left join nightshift.incidents p on p.id = i.parent_id where i.id = $1`,
      [id],
    ),
  );
  return rows[0] ?? { held: false, parentId: null, parentClosedAt: null, beginAnew: false, closed: false };
};

export const heldChildren = async (db: Runner, parentId: string): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    "select id from nightshift.incidents where parent_id = $1 and held and closed_at is null order by id",
    [parentId],
  );
  return rows.map(({ id }) => id);
};

/**
 * On its own again, with a deadline of its own from `at` on. What it knew may be what its parent knew: it looks afresh, and
 * what it finds then has the last word.
 */
export const takeUp = async (tx: Runner, id: string, at: Date): Promise<Date> => {
  const { rows } = await tx.query<{ deadline: Date }>(
    `update nightshift.incidents i set held = false, parent_id = null, paged_at = null, ${beginsAnew},
       left_cause = coalesce((select p.cause_key from nightshift.incidents p where p.id = i.parent_id), left_cause),
       deadline_from = $2::timestamptz,
       deadline_at = $2::timestamptz + (deadline_at - coalesce(deadline_from, reopened_at, opened_at))
     where id = $1 returning deadline_at as deadline`,
    [id, at],
  );
  return rows[0]?.deadline ?? at;
};

export const hasBegunAnew = async (tx: Runner, id: string): Promise<void> => {
  await tx.query("update nightshift.incidents set begin_anew = false where id = $1", [id]);
};

/** Children whose parent is over and who have no job that would take them up. */
export const orphans = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `select i.id from nightshift.incidents i left join nightshift.incidents p on p.id = i.parent_id
     where ${isOrphan} and not exists (
       select 1 from pgboss.job j where j.name in ('advance', 'wake') and j.state < 'completed' and j.singleton_key = i.id
     ) limit 1000`,
  );
  return rows.map(({ id }) => id);
};
