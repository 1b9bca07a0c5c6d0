import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "pg";

/** Resolves when so many statements on this database wait for a lock. */
export const untilWaiting = async (pool: Pool, wanted = 1): Promise<void> => {
  const sql = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while ((await pool.query(sql)).rowCount !== wanted) await pause(5);
};
