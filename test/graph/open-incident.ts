import type { Pool } from "pg";

/** A row to hold the fence; what the incident is about does not matter here. */
export const openIncident = async (
  pool: Pool,
  id: string,
  { fence, attempts }: { fence: number; attempts: number },
) => {
  await pool.query(
    `insert into nightshift.incidents
       (id, cluster, subject_key, subject, severity, status, graph_version, opened_at, deadline_at, fence, attempts)
     values ($1, 'test', $1, '{}', 'critical', 'investigating', 1, now(), now() + interval '15 minutes', $2, $3)`,
    [id, fence, attempts],
  );
};

export const rowCounts = async (pool: Pool): Promise<number[]> => {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int as n from nightshift.checkpoints union all
     select count(*)::int from nightshift.checkpoint_blobs union all
     select count(*)::int from nightshift.checkpoint_writes`,
  );
  return rows.map(({ n }) => n);
};
