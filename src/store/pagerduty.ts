import { Notice } from "../incident/notice.ts";
import { isFiring } from "./conditions.ts";
import type { Runner } from "./transaction.ts";

// PagerDuty's ids are letters and digits: what follows one in an episode is either of these two.
const under =
  "(starts_with(a.episode, 'pagerduty|' || $1 || '|') or starts_with(a.episode, 'pagerduty|' || $1 || ':'))";

/** Incidents that are not over and have alerts of this incident of PagerDuty. */
export const openUnder = async (db: Runner, pagerdutyId: string): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select distinct i.id from nightshift.alerts a join nightshift.incidents i on i.id = a.incident_id
     where i.closed_at is null and ${under} order by i.id`,
    [pagerdutyId],
  );
  return rows.map(({ id }) => id);
};

/** Which of these are there and not over. */
export const openAmong = async (db: Runner, incidentIds: readonly string[]): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    "select id from nightshift.incidents where id = any($1) and closed_at is null order by id",
    [incidentIds],
  );
  return rows.map(({ id }) => id);
};

/** Incidents that are not over and whose page went out under this title. */
export const openByPageTitle = async (db: Runner, title: string): Promise<string[]> => {
  // Compared here: an operator of json refuses a body that holds \u0000 anywhere.
  const { rows } = await db.query<{ id: string; body: unknown }>(
    `select i.id, n.body from nightshift.notices n join nightshift.incidents i on i.id = n.incident_id
     where n.channel = 'page' and n.sent_version > 0 and i.closed_at is null and position($1 in n.body::text) > 0 order by i.id`,
    [JSON.stringify(title)],
  );
  return rows.flatMap(({ id, body }) => (Notice.safeParse(body).data?.title === title ? [id] : []));
};

/** Of an incident and of those that it held, whose alerts are all over: those whose own page went to PagerDuty. */
export const pagesToEnd = async (db: Runner, incidentId: string): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select distinct i.id from nightshift.incidents i join nightshift.notices n on n.incident_id = i.id
     where (i.id = $1 or i.parent_id = $1) and n.channel = 'page' and n.receipt::jsonb ? 'dedupKey' and (i.id = $1 or not exists (
       select 1 from nightshift.alerts a where a.incident_id = i.id and ${isFiring})) order by i.id`,
    [incidentId],
  );
  return rows.map(({ id }) => id);
};

/** Another incident with alerts of the same incident of PagerDuty is not proven healthy. */
export const othersAreSick = async (db: Runner, pagerdutyId: string, incidentId: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `select 1 from nightshift.alerts a join nightshift.incidents i on i.id = a.incident_id
     where i.id <> $2 and i.status not in ('resolved', 'dismissed') and ${under} limit 1`,
    [pagerdutyId, incidentId],
  );
  return rowCount === 1;
};
