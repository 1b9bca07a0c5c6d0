import type { Pool } from "pg";
import { similarTo } from "../incident/memory.ts";
import type { Channel, Happening } from "../incident/notice.ts";
import type { Ports } from "../ports/index.ts";
import type { Memory } from "../ports/memory.ts";
import { openApproval } from "../store/approvals.ts";
import { changesLately } from "../store/changes.ts";
import { keepEvidence, openEvidence } from "../store/evidence.ts";
import { markPaged } from "../store/incidents.ts";
import { claimIntent, settleIntent } from "../store/intents.ts";
import { append } from "../store/journal.ts";
import { memoriesNear } from "../store/memories.ts";
import { putNotice } from "../store/notices.ts";
import type { Queue } from "../store/queue.ts";
import { inTransaction } from "../store/transaction.ts";
import { holdTurn, type Turn } from "../store/turns.ts";
import { notesForLate, tellingBesides, updateOf } from "./told-beside.ts";

/** What is the same for every incident: the world outside. The rest of the ports is bound to one turn. */
export type WorldPorts = Pick<
  Ports,
  "cluster" | "exact" | "actuator" | "metrics" | "logs" | "model" | "bookshelf" | "sources" | "clock"
>;

/** Who follows incidents from outside. */
export interface News {
  /** What each channel that is set up hears of; nothing is kept for any other. */
  follows: Partial<Record<Channel, readonly Happening[]>>;
  /** What is done about incidents of the paging system's own. */
  desk?: readonly ("acknowledge" | "resolve")[];
  link(incidentId: string): string;
}

export interface Store {
  pool: Pool;
  queue: Queue;
  /** Absent: nobody follows. */
  news?: News | undefined;
}

/** By what something is told in the transaction in which it happens. */
export type Outgoing = Pick<Store, "queue" | "news">;

const ledger = ({ pool }: Store, turn: Turn, { clock }: WorldPorts): Ports["ledger"] => ({
  openApproval: (plan, round) =>
    inTransaction(pool, async (tx) => {
      await holdTurn(tx, turn);
      await openApproval(tx, turn.incidentId, plan, round, clock.now());
    }),
  claim: (plan, round, index, key) => claimIntent(pool, turn, { plan, round, index, key, at: clock.now() }),
  settle: (outcome) => settleIntent(pool, turn, outcome),
});

const outbox = ({ pool, queue }: Store, turn: Turn, { clock }: WorldPorts): Ports["outbox"] => ({
  send: (notice) =>
    inTransaction(pool, async (tx) => {
      await holdTurn(tx, turn);
      const told = await updateOf(tx, await tellingBesides(tx, notice));
      if (!(await putNotice(tx, queue, told))) return;
      if (told.channel === "card") for (const note of await notesForLate(tx, told)) await putNotice(tx, queue, note);
      if (told.channel === "page" && !told.again) await markPaged(tx, turn.incidentId, clock.now());
      await append(tx, turn.incidentId, {
        at: clock.now().toISOString(),
        kind: "notice",
        actor: "nightshift",
        line: `${told.again ? "to whoever was paged" : told.channel}: ${told.title}`,
        data: { key: told.key },
      });
    }),
});

type Redact = <T>(value: T) => T;

/** An incident that came back soon is the same one again: what was remembered when it ended is its first past. */
const memoryOf = ({ pool }: Store, redact: Redact): Memory => ({
  similar: async (fingerprint, classes) => {
    const { cluster, subject } = fingerprint;
    const near = await memoriesNear(pool, { cluster, subject, classes });
    // What an older build or a person wrote there may hold what today's rules take out.
    return redact(similarTo(fingerprint, classes, near));
  },
});

/** All ports of one turn. Every write through them checks the turn's fence. */
export const turnPorts = (store: Store, turn: Turn, world: WorldPorts, redact: Redact): Ports => ({
  ...world,
  memory: memoryOf(store, redact),
  archive: {
    keep: (evidence) => keepEvidence(store.pool, turn, evidence),
    open: (ids) => openEvidence(store.pool, turn.incidentId, ids),
  },
  ledger: ledger(store, turn, world),
  pace: { changes: (workload, uid) => changesLately(store.pool, { workload, uid, now: world.clock.now() }) },
  outbox: outbox(store, turn, world),
});
