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

/** Another incident with alerts of the same incident of PagerDuty is not proven healthy. */
export const othersAreSick = async (db: Runner, pagerdutyId: string, incidentId: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `select 1 from nightshift.alerts a join nightshift.incidents i on i.id = a.incident_id
     where i.id <> $2 and i.status not in ('resolved', 'dismissed') and ${under} limit 1`,
    [pagerdutyId, incidentId],
  );
  return rowCount === 1;
};
