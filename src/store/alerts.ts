import { Alert } from "../incident/alert.ts";
import type { Runner } from "./transaction.ts";

/** The newest alerts of an incident, newest first. */
export const alertsOf = async (db: Runner, incidentId: string, limit: number): Promise<Alert[]> => {
  const { rows } = await db.query<{ body: unknown }>(
    "select body from nightshift.alerts where incident_id = $1 order by seq desc limit $2",
    [incidentId, limit],
  );
  return rows.map(({ body }) => Alert.parse(body));
};

export const countAlerts = async (db: Runner, incidentId: string): Promise<{ total: number; firing: number }> => {
  const { rows } = await db.query<{ total: string; firing: string }>(
    `select count(*) as total, count(*) filter (where a.status = 'firing' and not exists (
       select 1 from nightshift.alerts r where r.episode = a.episode and r.status = 'resolved')) as firing
     from nightshift.alerts a where a.incident_id = $1`,
    [incidentId],
  );
  return { total: Number(rows[0]?.total ?? 0), firing: Number(rows[0]?.firing ?? 0) };
};

/** When the newest message about the incident came in. */
export const lastHeard = async (db: Runner, incidentId: string): Promise<Date | null> => {
  const { rows } = await db.query<{ at: Date | null }>(
    "select max(received_at) as at from nightshift.alerts where incident_id = $1",
    [incidentId],
  );
  return rows[0]?.at ?? null;
};
