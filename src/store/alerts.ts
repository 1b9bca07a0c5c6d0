import { Alert } from "../incident/alert.ts";
import { isFiring } from "./conditions.ts";
import type { Runner } from "./transaction.ts";

export const countAlerts = async (db: Runner, incidentId: string): Promise<{ total: number; firing: number }> => {
  const { rows } = await db.query<{ total: string; firing: string }>(
    `select count(*) as total, count(*) filter (where ${isFiring}) as firing
     from nightshift.alerts a where a.incident_id = $1`,
    [incidentId],
  );
  return { total: Number(rows[0]?.total ?? 0), firing: Number(rows[0]?.firing ?? 0) };
};

/** Its own, or, of an incident that was opened, or opened again, only to hold others, theirs. */
const kin = `select id from nightshift.incidents where id = $1 or (parent_id = $1 and held and not exists (
  select 1 from nightshift.alerts own join nightshift.incidents p on p.id = own.incident_id
  where p.id = $1 and own.received_at >= coalesce(p.reopened_at, p.opened_at)))`;

export const countFiring = async (db: Runner, incidentId: string): Promise<number> => {
  const { rows } = await db.query<{ firing: string }>(
    `select count(*) as firing from nightshift.alerts a where a.incident_id in (${kin}) and ${isFiring}`,
    [incidentId],
  );
  return Number(rows[0]?.firing ?? 0);
};

/** An alert of those that it holds fires. */
export const holdsFiring = async (db: Runner, incidentId: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `select 1 from nightshift.incidents i join nightshift.alerts a on a.incident_id = i.id
     where i.parent_id = $1 and i.held and i.closed_at is null and ${isFiring} limit 1`,
    [incidentId],
  );
  return rowCount === 1;
};

/** Null: another build, or a hand, wrote what cannot be read. That must keep nobody from hearing of all the rest. */
export const readAlert = (body: unknown): Alert | null => Alert.safeParse(body).data ?? null;

const readable = (rows: readonly { body: unknown }[]): Alert[] => rows.flatMap(({ body }) => readAlert(body) ?? []);

/** The newest alerts that an incident is about, newest first, and how many of them could not be read. */
export const heardAbout = async (
  db: Runner,
  incidentId: string,
  limit: number,
): Promise<{ alerts: Alert[]; unread: number }> => {
  const { rows } = await db.query<{ body: unknown }>(
    `select body from nightshift.alerts where incident_id in (${kin}) order by seq desc limit $2`,
    [incidentId, limit],
  );
  const alerts = readable(rows);
  return { alerts, unread: rows.length - alerts.length };
};

/** The newest alerts that an incident is about, newest first: its own, or those of whom it was opened to hold. */
export const alertsAbout = async (db: Runner, incidentId: string, limit: number): Promise<Alert[]> =>
  (await heardAbout(db, incidentId, limit)).alerts;

/** The newest alerts of an incident and of its children, newest first. */
export const alertsOf = async (db: Runner, incidentId: string, limit: number): Promise<Alert[]> => {
  const { rows } = await db.query<{ body: unknown }>(
    `select body from nightshift.alerts where incident_id in (
       select id from nightshift.incidents where id = $1 or parent_id = $1) order by seq desc limit $2`,
    [incidentId, limit],
  );
  return readable(rows);
};

/** When the newest message about the incident came in. */
export const lastHeard = async (db: Runner, incidentId: string): Promise<Date | null> => {
  const { rows } = await db.query<{ at: Date | null }>(
    "select max(received_at) as at from nightshift.alerts where incident_id = $1",
    [incidentId],
  );
  return rows[0]?.at ?? null;
};
