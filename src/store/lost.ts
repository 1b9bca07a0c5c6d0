import type { Pool } from "pg";
import { isFiring, isUnpaged, isWalking } from "./conditions.ts";

/** A job of this kind that runs soon, or at least is tried again soon: the longest pause after a failure is a minute. */
const jobSoon = (names: string): string => `exists (
  select 1 from pgboss.job j where j.name in (${names}) and j.singleton_key = i.id and j.state < 'completed'
    and j.start_after < now() + interval '2 minutes')`;

const walking = `i.closed_at is null and ${isWalking}`;

const lookAgainAt = `nullif(trim(both '"' from (i.state -> 'lookAgainAt')::text), 'null')::timestamptz`;

/** Incidents that wait for a moment before `at`, or to be tried again after a failure, and have no job that would do it. */
export const missedWakes = async (pool: Pool, at: Date): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `select i.id from nightshift.incidents i where ${walking} and not ${jobSoon("'advance', 'wake'")} and (
       i.failures > 0 or ${lookAgainAt} < $1 or exists (
         select 1 from nightshift.approvals a where a.incident_id = i.id and a.state = 'pending' and a.expires_at < $1)
     ) limit 1000`,
    [at],
  );
  return rows.map(({ id }) => id);
};

/** Incidents that fire beyond their deadline while nobody was paged: the one job was lost, or came while all was quiet. */
export const missedDeadlines = async (pool: Pool, at: Date): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `select i.id from nightshift.incidents i
     where ${walking} and not i.held and ${isUnpaged} and i.deadline_at < $1 and not ${jobSoon("'deadline'")} and exists (
       select 1 from nightshift.alerts a join nightshift.incidents m on m.id = a.incident_id
       where (m.id = i.id or (m.parent_id = i.id and m.held)) and ${isFiring})
     limit 1000`,
    [at],
  );
  return rows.map(({ id }) => id);
};
