import type { Decision } from "../incident/decision.ts";
import { countFiring, lastHeard } from "../store/alerts.ts";
import {
  type Approval,
  answerAt,
  bindInterrupt,
  decideApproval,
  decisionOf,
  lastVoided,
  newestApproval,
} from "../store/approvals.ts";
import { append } from "../store/journal.ts";
import { inTransaction, type Runner } from "../store/transaction.ts";
import { holdTurn, type Turn } from "../store/turns.ts";
import { announce } from "./announce.ts";
import { closeCard } from "./close-card.ts";
import type { Outgoing, Store, WorldPorts } from "./turn-ports.ts";

interface Deps {
  store: Store;
  world: Pick<WorldPorts, "clock">;
}

interface End {
  state: "expired" | "void";
  reason: string | null;
}
interface Ended extends End {
  incidentId: string;
  round: number;
}

/** The answer to the newest question, for this pause; the clock and the alert's end answer too. */
export const currentDecision = async (deps: Deps, turn: Turn, interruptId: string): Promise<Decision | null> => {
  // Nobody takes an answer back, so what is there already needs no lock and no commit. The walk's next write asks for the fence.
  const answer = await answerAt(deps.store.pool, turn.incidentId, interruptId);
  return answer === null ? decideNow(deps, turn, interruptId) : decisionOf(answer);
};

const decideNow = ({ store, world }: Deps, turn: Turn, interruptId: string): Promise<Decision | null> =>
  inTransaction(store.pool, async (tx) => {
    await holdTurn(tx, turn);
    const approval = await newestApproval(tx, turn.incidentId);
    if (approval === null) return null;
    const now = world.clock.now();
    const ended = approval.state === "pending" ? await endOfQuestion(tx, turn.incidentId, approval, now) : null;
    if (ended === null) return answerOf(tx, turn.incidentId, approval, interruptId);
    await endQuestion(tx, store, { ...ended, incidentId: turn.incidentId, round: approval.round }, now);
    return decisionOf({ ...approval, ...ended, decidedBy: "nightshift", decidedAt: now });
  });

/** Whoever answered before the walk had paused answered this pause all the same. */
const answerOf = async (tx: Runner, id: string, approval: Approval, interruptId: string): Promise<Decision | null> => {
  const decision = decisionOf(approval);
  if (decision !== null) await bindInterrupt(tx, id, approval.round, interruptId);
  return decision;
};

const endOfQuestion = async (tx: Runner, id: string, { expiresAt }: Approval, now: Date): Promise<End | null> => {
  if (now >= expiresAt) return { state: "expired", reason: null };
  const firing = await countFiring(tx, id);
  const [heardAt, voidedAt] = [await lastHeard(tx, id), await lastVoided(tx, id)];
  // Asked again after a look: what is still sick although it is quiet needs an answer, not another look.
  const news = voidedAt === null || (heardAt !== null && heardAt > voidedAt);
  return firing === 0 && news ? { state: "void", reason: "every alert of the incident has resolved" } : null;
};

const endQuestion = async (tx: Runner, store: Outgoing, ended: Ended, at: Date): Promise<void> => {
  const { incidentId, round, state, reason } = ended;
  await decideApproval(tx, incidentId, round, { state, reason, by: "nightshift", via: "clock", at });
  const line = state === "expired" ? "nobody decided in time" : `the question is void: ${reason}`;
  await closeCard(tx, store.queue, incidentId, line, at);
  await append(tx, incidentId, { at: at.toISOString(), kind: "approval", actor: "nightshift", line });
  const decision = state === "expired" ? { kind: state, at } : { kind: state, at, why: reason };
  await announce(tx, store, incidentId, { what: "decided", at, line, about: String(round), facts: { decision } });
};

/** Nobody will carry the answer out any more: whoever gives one has to hear so. */
export const withdrawQuestion = async (
  tx: Runner,
  store: Outgoing,
  incidentId: string,
  reason: string,
  at: Date,
): Promise<void> => {
  const approval = await newestApproval(tx, incidentId);
  if (approval?.state !== "pending") return;
  await endQuestion(tx, store, { state: "void", reason, incidentId, round: approval.round }, at);
};

/** Remembers which pause the open question belongs to, and leaves one timer behind for it, however often it is looked at. */
export const parkForDecision = ({ store }: Deps, turn: Turn, interruptId: string): Promise<void> =>
  inTransaction(store.pool, async (tx) => {
    await holdTurn(tx, turn);
    const approval = await newestApproval(tx, turn.incidentId);
    if (approval === null) throw new Error(`${turn.incidentId} is paused but no question is open`);
    if (await bindInterrupt(tx, turn.incidentId, approval.round, interruptId))
      await store.queue.send(tx, "wake", turn.incidentId, approval.expiresAt);
  });
