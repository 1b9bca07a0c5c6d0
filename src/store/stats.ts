import type { Pool } from "pg";

interface Row {
  status: string;
  incidents: string;
  to_close: number | null;
}

/** Incidents by status, alerts in, and the median seconds from opening to closing of those that closed. */
export const readStats = async (pool: Pool): Promise<Record<string, unknown>> => {
  const { rows } = await pool.query<Row>(
    `select status, count(*) as incidents,
       percentile_cont(0.5) within group (order by extract(epoch from closed_at - opened_at))::float as to_close
     from nightshift.incidents group by status`,
  );
  const alerts = await pool.query<{ count: string }>("select count(*) from nightshift.alerts");
  return {
    alerts: Number(alerts.rows[0]?.count ?? 0),
    incidents: rows.reduce((sum, { incidents }) => sum + Number(incidents), 0),
    byStatus: Object.fromEntries(rows.map(({ status, incidents }) => [status, Number(incidents)])),
    medianSecondsToClose: Object.fromEntries(rows.map(({ status, to_close }) => [status, to_close])),
  };
};
