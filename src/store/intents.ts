import type { Pool } from "pg";
import { Outcome } from "../incident/outcome.ts";
import { roomOf, tooOften, workloadOf } from "../incident/pace.ts";
import type { ActionPlan } from "../incident/plan.ts";
import { TurnLost } from "../incident/turn-lost.ts";
import { changesLately } from "./changes.ts";
import { append } from "./journal.ts";
import { inTransaction, type Runner } from "./transaction.ts";
import { holdTurn, type Turn } from "./turns.ts";
import { keepsTerms } from "./votes.ts";

export type IntentClaim =
  | { kind: "go" }
  | { kind: "resumed" }
  | { kind: "done"; outcome: Outcome }
  | { kind: "refused"; why: string; late?: boolean };

export interface ClaimRequest {
  plan: ActionPlan;
  round: number;
  index: number;
  key: string;
  at: Date;
}

const existing = async (tx: Runner, key: string): Promise<IntentClaim | null> => {
  const { rows } = await tx.query<{ outcome: unknown }>("select outcome from nightshift.intents where key = $1", [key]);
  const [row] = rows;
  if (row === undefined) return null;
  return row.outcome === null ? { kind: "resumed" } : { kind: "done", outcome: Outcome.parse(row.outcome) };
};

/** Policy approves in place of a person; the row says so and is used up at once like any other. */
const approveByPolicy = (tx: Runner, turn: Turn, { plan, round, at }: ClaimRequest) =>
  tx.query(
    `insert into nightshift.approvals (incident_id, round, plan_hash, requested_at, expires_at, state, decided_by, via, decided_at)
     values ($1, $2, $3, $4, $5, 'approved', 'policy', 'policy', $4) on conflict do nothing`,
    [turn.incidentId, round, plan.hash, at, plan.expiresAt],
  );

/** Used up here: a yes to exactly this plan that the walk was resumed with, from the pause it was asked at. */
const consume = async (tx: Runner, turn: Turn, { plan, round, at }: ClaimRequest): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `update nightshift.approvals set consumed_at = $4
     where incident_id = $1 and round = $2 and plan_hash = $3 and state = 'approved' and consumed_at is null and expires_at > $4
       and (interrupt_id is not null or via = 'policy')`,
    [turn.incidentId, round, plan.hash, at],
  );
  return rowCount === 1;
};

/** A yes that was given in time, and then not carried out in time; policy gives its own only to begin. */
const isLate = async (tx: Runner, turn: Turn, { plan, round, index, at }: ClaimRequest): Promise<boolean> => {
  if (index === 0 && plan.authority === "policy") return Date.parse(plan.expiresAt) <= at.getTime();
  const { rowCount } = await tx.query(
    `select 1 from nightshift.approvals where incident_id = $1 and round = $2 and plan_hash = $3 and state = 'approved'
       and consumed_at is null and expires_at <= $4`,
    [turn.incidentId, round, plan.hash, at],
  );
  return rowCount === 1;
};

/** Later actions of one plan ride on the approval the first one used up. */
const wasConsumed = async (tx: Runner, turn: Turn, { plan, round }: ClaimRequest): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `select 1 from nightshift.approvals
     where incident_id = $1 and round = $2 and plan_hash = $3 and state = 'approved' and consumed_at is not null`,
    [turn.incidentId, round, plan.hash],
  );
  return rowCount === 1;
};

/**
 * Changes of the same workload, by whichever incident; the second action of the same plan is not one more. Whoever else asks
 * about this workload waits, so that two at once do not both count to the last but one.
 */
const whyTooOften = async (
  tx: Runner,
  turn: Turn,
  { plan, round, index, at }: ClaimRequest,
): Promise<string | null> => {
  const most = plan.terms?.actionsPerHour ?? null;
  const action = plan.actions[index];
  if (most === null || action === undefined) return null;
  const workload = workloadOf(action);
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`nightshift.changes ${workload}`]);
  const except = { incidentId: turn.incidentId, planHash: plan.hash, round };
  const times = await changesLately(tx, { workload, uid: action.target.uid, now: at, except });
  return tooOften(workload, roomOf(most, times));
};

/** The fence is asked by the statement itself: whatever comes before it, an old turn begins nothing. */
const insertIntent = async (tx: Runner, turn: Turn, { plan, round, index, key, at }: ClaimRequest): Promise<void> => {
  const { rowCount } = await tx.query(
    `insert into nightshift.intents (key, incident_id, plan_hash, round, position, fence, started_at)
     select $1, id, $3, $4, $5, fence, $7 from nightshift.incidents where id = $2 and fence = $6 for share`,
    [key, turn.incidentId, plan.hash, round, index, turn.fence, at],
  );
  if (rowCount === 0) throw new TurnLost(turn.incidentId);
};

const recordIntent = async (tx: Runner, turn: Turn, request: ClaimRequest): Promise<void> => {
  const { plan, round, index, key, at } = request;
  await insertIntent(tx, turn, request);
  // What comes after the plan's own actions takes one of them back.
  const action = plan.actions[index % plan.actions.length];
  const undoes = index >= plan.actions.length;
  await append(tx, turn.incidentId, {
    at: at.toISOString(),
    kind: "intent",
    actor: "act",
    line: `begins ${undoes ? "undo of " : ""}${action?.verb ?? "?"}: ${(undoes ? action?.undo.command : action?.command) ?? ""}`,
    data: {
      key,
      planHash: plan.hash,
      round,
      target: action?.target ?? null,
      ...(action ? { workload: workloadOf(action) } : {}),
      ...(undoes ? { undoes: true } : {}),
    },
  });
};

/** One transaction: the turn still holds, the approval is good and now used up, the intent is on record. */
export const claimIntent = (pool: Pool, turn: Turn, request: ClaimRequest): Promise<IntentClaim> =>
  inTransaction(pool, async (tx) => {
    await holdTurn(tx, turn);
    const before = await existing(tx, request.key);
    if (before) return before;
    // Before anything is written: what is refused has been neither approved nor used up.
    if (await isLate(tx, turn, request))
      return { kind: "refused", why: "the approval expired before it was carried out", late: true };
    const often = await whyTooOften(tx, turn, request);
    if (often !== null) return { kind: "refused", why: often };
    if (request.index === 0 && request.plan.authority === "policy") await approveByPolicy(tx, turn, request);
    const allowed = request.index === 0 ? await consume(tx, turn, request) : await wasConsumed(tx, turn, request);
    if (!allowed)
      return { kind: "refused", why: "there is no approval of exactly this plan that is unexpired and unused" };
    const { terms } = request.plan;
    const signed = { planHash: request.plan.hash, round: request.round };
    if (terms && request.plan.authority === "person" && !(await keepsTerms(tx, turn.incidentId, signed, terms)))
      return { kind: "refused", why: "those who approved it are not the people policy asks for" };
    await recordIntent(tx, turn, request);
    return { kind: "go" };
  });

export const settleIntent = (pool: Pool, turn: Turn, outcome: Outcome): Promise<void> =>
  inTransaction(pool, async (tx) => {
    await holdTurn(tx, turn);
    const { rowCount } = await tx.query(
      "update nightshift.intents set outcome = $2, finished_at = $3 where key = $1 and outcome is null",
      [outcome.key, JSON.stringify(outcome), outcome.at],
    );
    if (rowCount === 0) return;
    await append(tx, turn.incidentId, {
      at: outcome.at,
      kind: "outcome",
      actor: "act",
      line: `${outcome.verb} ${outcome.kind}: ${outcome.message}`,
      data: outcome,
    });
  });

/** A write was begun and it is not on record how it ended. */
export const hasUnsettled = async (db: Runner, incidentId: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    "select 1 from nightshift.intents where incident_id = $1 and outcome is null limit 1",
    [incidentId],
  );
  return rowCount === 1;
};
