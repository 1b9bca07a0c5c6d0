import type { Decision } from "../incident/decision.ts";
import type { ActionPlan } from "../incident/plan.ts";
import { plainText } from "./plain-text.ts";
import type { Runner } from "./transaction.ts";

export interface Approval {
  round: number;
  planHash: string;
  expiresAt: Date;
  state: "pending" | "approved" | "rejected" | "expired" | "void";
  decidedBy: string | null;
  /** Who else said yes before, where more than one person is needed. */
  others?: readonly string[];
  reason: string | null;
  decidedAt: Date | null;
  /** Of the pause that it was asked at; null: the walk has not paused yet. */
  interruptId: string | null;
}

export const openApproval = async (
  tx: Runner,
  incidentId: string,
  plan: ActionPlan,
  round: number,
  at: Date,
): Promise<void> => {
  await tx.query(
    `insert into nightshift.approvals (incident_id, round, plan_hash, requested_at, expires_at, state)
     values ($1, $2, $3, $4, $5, 'pending') on conflict do nothing`,
    [incidentId, round, plan.hash, at, plan.expiresAt],
  );
};

/** The newest question asked of people about this incident. */
export const newestApproval = async (tx: Runner, incidentId: string): Promise<Approval | null> => {
  const { rows } = await tx.query<Approval>(
    `select round, plan_hash as "planHash", expires_at as "expiresAt", state, decided_by as "decidedBy", reason,
       decided_at as "decidedAt", interrupt_id as "interruptId",
       array(select j.actor from nightshift.journal j where j.incident_id = a.incident_id and j.kind = 'vote'
               and j.data ->> 'planHash' = a.plan_hash and j.data ->> 'round' = a.round::text
             group by j.actor order by min(j.seq)) as others
     from nightshift.approvals a where incident_id = $1 order by round desc limit 1`,
    [incidentId],
  );
  return rows[0] ?? null;
};

/** The answer to the newest question, where that was asked at this pause; null: there is none yet. */
export const answerAt = async (db: Runner, incidentId: string, interruptId: string): Promise<Approval | null> => {
  const approval = await newestApproval(db, incidentId);
  return approval?.interruptId === interruptId && approval.state !== "pending" ? approval : null;
};

/** When a question of this incident was last withdrawn. */
export const lastVoided = async (tx: Runner, incidentId: string): Promise<Date | null> => {
  const { rows } = await tx.query<{ at: Date | null }>(
    "select max(decided_at) as at from nightshift.approvals where incident_id = $1 and state = 'void'",
    [incidentId],
  );
  return rows[0]?.at ?? null;
};

/**
 * Binds the question to the paused graph's interrupt: only this pause can be resumed with its answer, and only an answer
 * that a pause was resumed with begins anything. False: it was bound. Throws when it belongs to another pause.
 */
export const bindInterrupt = async (
  tx: Runner,
  incidentId: string,
  round: number,
  interruptId: string,
): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `update nightshift.approvals set interrupt_id = $3
     where incident_id = $1 and round = $2 and interrupt_id is null`,
    [incidentId, round, interruptId],
  );
  if (rowCount === 1) return true;
  await refuseOtherPause(tx, incidentId, round, interruptId);
  return false;
};

const refuseOtherPause = async (tx: Runner, incidentId: string, round: number, interruptId: string): Promise<void> => {
  const { rows } = await tx.query<{ bound: string | null }>(
    "select interrupt_id as bound from nightshift.approvals where incident_id = $1 and round = $2",
    [incidentId, round],
  );
  if (rows[0]?.bound !== interruptId)
    throw new Error(`${incidentId} is paused at ${interruptId}, and its question was asked at ${rows[0]?.bound}`);
};

/** First writer wins: false when somebody, or the clock, was faster. */
export const decideApproval = async (
  tx: Runner,
  incidentId: string,
  round: number,
  decided: { state: Exclude<Approval["state"], "pending">; by: string; via: string; reason: string | null; at: Date },
): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `update nightshift.approvals set state = $3, decided_by = $4, via = $5, reason = $6, decided_at = $7
     where incident_id = $1 and round = $2 and state = 'pending'`,
    [
      incidentId,
      round,
      decided.state,
      decided.by,
      decided.via,
      decided.reason && plainText(decided.reason),
      decided.at,
    ],
  );
  return rowCount === 1;
};

/** All who said yes: "ana and bo". */
export const peopleOf = (by: string, others: readonly string[] = []): string => {
  const all = [...others.filter((one) => one !== by), by];
  return all.length === 1 ? by : `${all.slice(0, -1).join(", ")} and ${by}`;
};

/** What the graph is told; null while nobody has answered. */
export const decisionOf = ({ state, planHash, decidedBy, others, decidedAt, reason }: Approval): Decision | null => {
  const at = (decidedAt ?? new Date(0)).toISOString();
  const by = decidedBy ?? "";
  switch (state) {
    case "pending":
      return null;
    case "approved":
      return { kind: "approved", planHash, by: peopleOf(by, others), at };
    case "rejected":
      return { kind: "rejected", planHash, by, at, why: reason };
    case "expired":
      return { kind: "expired", planHash, at };
    case "void":
      return { kind: "void", planHash, at, why: reason ?? "" };
  }
};
