import type { Terms } from "../incident/plan.ts";
import { isAmong } from "../incident/ruling.ts";
import type { Runner } from "./transaction.ts";

/** One question: a plan asked about again, after the first question was withdrawn, is another one. */
interface Asked {
  planHash: string;
  round: number;
}

/** Everybody whose yes to this question is on the record although more people are needed. */
export const votesFor = async (tx: Runner, incidentId: string, { planHash, round }: Asked): Promise<string[]> => {
  const { rows } = await tx.query<{ actor: string }>(
    `select distinct actor from nightshift.journal where incident_id = $1 and kind = 'vote'
       and data ->> 'planHash' = $2 and data ->> 'round' = $3`,
    [incidentId, planHash, String(round)],
  );
  return rows.map(({ actor }) => actor);
};

/** Whether an approval keeps the terms of its plan: looked at once more when it is used up, whatever let it in. */
export const keepsTerms = async (
  tx: Runner,
  incidentId: string,
  asked: Asked,
  { approvers, people }: Terms,
): Promise<boolean> => {
  const { rows } = await tx.query<{ by: string | null }>(
    `select decided_by as by from nightshift.approvals
     where incident_id = $1 and round = $2 and plan_hash = $3 and state = 'approved'`,
    [incidentId, asked.round, asked.planHash],
  );
  const yes = new Set([...rows.flatMap(({ by }) => by ?? []), ...(await votesFor(tx, incidentId, asked))]);
  return [...yes].filter((name) => isAmong(approvers, name)).length >= people;
};
