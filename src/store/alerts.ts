import { Alert } from "../incident/alert.ts";
import type { Runner } from "./transaction.ts";

const episode = ({ source, fingerprint, startsAt }: Alert): string => [source, fingerprint, startsAt].join("|");

export interface KnownAlert {
  incidentId: string | null;
  closedAt: Date | null;
  /** Of that incident. */
  dismissed: boolean;
  /** No resolve of this episode is on record. */
  fires: boolean;
}

/** The newest incident that has this very message already, or null when it is new. */
export const knownAlert = async (tx: Runner, alert: Alert): Promise<KnownAlert | null> => {
  const { rows } = await tx.query<KnownAlert>(
    `select a.incident_id as "incidentId", i.closed_at as "closedAt", coalesce(i.status = 'dismissed', false) as dismissed, not exists (
       select 1 from nightshift.alerts r where r.episode = a.episode and r.status = 'resolved') as fires
     from nightshift.alerts a left join nightshift.incidents i on i.id = a.incident_id
     where a.episode = $1 and a.status = $2 order by a.seq desc limit 1`,
    [episode(alert), alert.status],
  );
  return rows[0] ?? null;
};

/** The newest incident of the same episode, whichever way it was heard of: a resolve finds what fired, a late fire what resolved. */
export const episodeIncident = async (
  tx: Runner,
  alert: Alert,
): Promise<{ incidentId: string | null; status: string } | null> => {
  const { rows } = await tx.query<{ incidentId: string | null; status: string }>(
    `select incident_id as "incidentId", status from nightshift.alerts where episode = $1 order by seq desc limit 1`,
    [episode(alert)],
  );
  return rows[0] ?? null;
};

/** False when the incident has the same message already. */
export const putAlert = async (tx: Runner, incidentId: string | null, alert: Alert, at: Date): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `insert into nightshift.alerts (incident_id, episode, status, body, received_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [incidentId, episode(alert), alert.status, JSON.stringify(alert), at],
  );
  return rowCount === 1;
};

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

/** False when this delivery was taken before; then `incidentIds` is what it was answered. */
export const knownDelivery = async (tx: Runner, id: string): Promise<string[] | null> => {
  const { rows } = await tx.query<{ incident_ids: string[] }>(
    "select incident_ids from nightshift.deliveries where id = $1",
    [id],
  );
  return rows[0]?.incident_ids ?? null;
};

export const putDelivery = async (tx: Runner, id: string, incidentIds: readonly string[], at: Date): Promise<void> => {
  await tx.query(
    "insert into nightshift.deliveries (id, received_at, incident_ids) values ($1, $2, $3) on conflict do nothing",
    [id, at, incidentIds],
  );
};

/** What still fires under one incident of PagerDuty, besides the alert that bears the incident's own id. */
export const firingUnder = async (
  tx: Runner,
  pagerdutyIncident: string,
): Promise<{ incidentId: string; alert: Alert }[]> => {
  const { rows } = await tx.query<{ incidentId: string; body: unknown }>(
    `select f.incident_id as "incidentId", f.body from nightshift.alerts f
     where f.status = 'firing' and f.incident_id is not null and starts_with(f.episode, 'pagerduty|' || $1 || ':')
       -- Neither resolved since nor heard again in a later incident.
       and not exists (select 1 from nightshift.alerts n where n.episode = f.episode and (n.status = 'resolved' or n.seq > f.seq))
     order by f.incident_id, f.seq`,
    [pagerdutyIncident],
  );
  return rows.map(({ incidentId, body }) => ({ incidentId, alert: Alert.parse(body) }));
};
