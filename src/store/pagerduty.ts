import { Notice } from "../incident/notice.ts";
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

/** Another incident with alerts of the same incident of PagerDuty is not proven healthy. */
export const othersAreSick = async (db: Runner, pagerdutyId: string, incidentId: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `select 1 from nightshift.alerts a join nightshift.incidents i on i.id = a.incident_id
     where i.id <> $2 and i.status not in ('resolved', 'dismissed') and ${under} limit 1`,
    [pagerdutyId, incidentId],
  );
  return rowCount === 1;
};
