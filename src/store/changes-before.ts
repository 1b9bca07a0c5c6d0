import { Outcome } from "../incident/outcome.ts";
import type { Runner } from "./transaction.ts";

/** A change that was made before the incident was opened again; the walk of now knows nothing of it. */
export interface ChangeBefore extends Pick<Outcome, "verb" | "target" | "at"> {
  /** Who allowed it: a person's name, or `policy`. */
  by: string | null;
}

/** In the order they were made; none where the incident was never opened again. */
export const changesBefore = async (db: Runner, incidentId: string): Promise<ChangeBefore[]> => {
  const { rows } = await db.query<{ outcome: unknown; by: string | null }>(
    `select t.outcome, a.decided_by as by
     from nightshift.intents t join nightshift.incidents i on i.id = t.incident_id
     left join nightshift.approvals a on a.incident_id = t.incident_id and a.round = t.round and a.plan_hash = t.plan_hash
     where t.incident_id = $1 and t.started_at < i.reopened_at and t.outcome ->> 'kind' = 'applied'
     order by t.started_at, t.position`,
    [incidentId],
  );
  return rows.map(({ outcome, by }) => {
    const { verb, target, at } = Outcome.parse(outcome);
    return { verb, target, at, by };
  });
};
