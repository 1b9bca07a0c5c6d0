import type { Pool } from "pg";
import { holdBodies } from "./bodies.ts";
import type { Runner } from "./transaction.ts";

/** Locks a closed incident and raises its fence: whoever still holds a turn of it writes nothing more. Null: gone, or open. */
export const holdClosed = async (tx: Runner, id: string): Promise<{ closedAt: Date; pruned: boolean } | null> => {
  const { rows } = await tx.query<{ closedAt: Date; pruned: boolean }>(
    `update nightshift.incidents set fence = fence + 1 where id = $1 and closed_at is not null
     returning closed_at as "closedAt", pruned_at is not null as pruned`,
    [id],
  );
  return rows[0] ?? null;
};

const versionsInUse = `select v.value from nightshift.checkpoints c, jsonb_each_text(c.checkpoint -> 'channel_versions') v
  where c.thread_id = b.thread_id and c.checkpoint_ns = b.checkpoint_ns and v.key = b.channel`;

/** Leaves the newest checkpoint of the thread and what it needs; the steps themselves are in the journal. */
export const pruneCheckpoints = async (tx: Runner, id: string, at: Date): Promise<void> => {
  const older = (table: string) =>
    tx.query(
      `delete from nightshift.${table} c where thread_id = $1 and checkpoint_id < (
         select max(n.checkpoint_id) from nightshift.checkpoints n
         where n.thread_id = c.thread_id and n.checkpoint_ns = c.checkpoint_ns)`,
      [id],
    );
  await older("checkpoint_writes");
  await older("checkpoints");
  await tx.query(
    `delete from nightshift.checkpoint_blobs b where thread_id = $1 and b.version not in (${versionsInUse})`,
    [id],
  );
  await tx.query("update nightshift.incidents set pruned_at = $2 where id = $1", [id, at]);
};

const bodiesOf = async (tx: Runner, id: string): Promise<string[]> => {
  const { rows } = await tx.query<{ hash: string }>(
    `select body_hash as hash from nightshift.evidence where incident_id = $1 and body_hash is not null
     union select unnest(bodies) from nightshift.tape where incident_id = $1`,
    [id],
  );
  return rows.map(({ hash }) => hash);
};

const removeUnneeded = async (tx: Runner, hashes: string[]): Promise<void> => {
  // Its own statement: the next one must see what everybody who held it before has written.
  await holdBodies(tx);
  await tx.query(
    `delete from nightshift.bodies b where b.hash = any($1)
       and not exists (select 1 from nightshift.evidence e where e.body_hash = b.hash)
       and not exists (select 1 from nightshift.tape t where t.bodies @> array[b.hash])`,
    [hashes],
  );
};

/** Removes the incident, its thread, everything that belongs to it, and the bodies that nothing else refers to. */
export const removeIncident = async (tx: Runner, id: string): Promise<void> => {
  const hashes = await bodiesOf(tx, id);
  for (const table of ["checkpoint_writes", "checkpoint_blobs", "checkpoints"]) {
    await tx.query(`delete from nightshift.${table} where thread_id = $1`, [id]);
  }
  await tx.query("delete from nightshift.incidents where id = $1", [id]);
  await removeUnneeded(tx, hashes);
};

/** What belongs to no incident: ids of deliveries, and resolves that overtook their alert. */
export const removeOldMail = async (tx: Runner, before: Date): Promise<void> => {
  await tx.query("delete from nightshift.deliveries where received_at < $1", [before]);
  await tx.query("delete from nightshift.alerts where incident_id is null and received_at < $1", [before]);
};

/** Closed incidents whose job is long overdue or was never sent, as those of an older build. */
export const overdue = async (pool: Pool, before: { prune: Date; remove: Date }): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    "select id from nightshift.incidents where closed_at < $1 and (pruned_at is null or closed_at < $2) order by closed_at limit 1000",
    [before.prune, before.remove],
  );
  return rows.map(({ id }) => id);
};
