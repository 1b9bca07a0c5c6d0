import type { Channel, Notice } from "../incident/notice.ts";
import type { Clock } from "../ports/clock.ts";
import type { Desk, Herald, Marker, Notifier, Pager, Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { lockIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { withLock } from "../store/lock.ts";
import {
  lastReceipt,
  noticeFailed,
  noticeSent,
  queueOf,
  type Waiting,
  waitingNotice,
  wakeThread,
} from "../store/notices.ts";
import { othersAreSick } from "../store/pagerduty.ts";
import { claimPost, hasAnswered, isSilent, pauseOf, pausePort, pauseSilent, postDueIn } from "../store/pauses.ts";
import { inTransaction } from "../store/transaction.ts";
import { isStale } from "./desk.ts";
import type { Store } from "./turn-ports.ts";

export interface DeliverDeps {
  store: Store;
  notifier: Notifier;
  pager: Pager;
  /** Null or absent: no outgoing webhook is set up (any more). */
  herald?: Herald | null;
  desk?: Desk | null;
  marker?: Marker | null;
  clock: Clock;
  log: (line: string, fields?: Record<string, unknown>, level?: "info" | "warn" | "error") => void;
}

/** What was kept for a channel that is not set up any more goes nowhere. */
const nobody: Receipt = { to: "nobody" };

const atDesk = async ({ desk, store }: DeliverDeps, notice: Notice, signal: AbortSignal): Promise<Receipt> => {
  if (!desk) return nobody;
  if (notice.channel === "acknowledge")
    return (await isStale(store.pool, notice)) ? { skipped: "a person was paged" } : desk.acknowledge(notice, signal);
  const { pagerdutyIncident: id, incidentId } = notice;
  if (id !== null && (await othersAreSick(store.pool, id, incidentId))) return { skipped: "more of it is sick" };
  return desk.resolve(notice, signal);
};

/** Null: the card it belongs to is not there yet; it wakes what waits for it. */
const below = async (
  { notifier, store }: DeliverDeps,
  notice: Notice,
  signal: AbortSignal,
): Promise<Receipt | null> => {
  if (!notifier.reply) return nobody;
  const card = await lastReceipt(store.pool, `card:${notice.incidentId}`);
  return card === null ? null : notifier.reply(notice, card, signal);
};

const sendOut = async (
  { notifier, pager, herald, marker, ...deps }: DeliverDeps,
  { notice, receipt }: Waiting,
  signal: AbortSignal,
): Promise<Receipt | null> => {
  switch (notice.channel) {
    case "card":
      return notifier.post(notice, receipt, signal);
    case "note":
      return pager.note(notice, receipt, signal);
    case "page":
      return pager.page(notice, signal);
    case "event":
      return herald ? herald.tell(notice, signal) : nobody;
    case "acknowledge":
    case "resolve":
      return atDesk({ notifier, pager, ...deps }, notice, signal);
    case "annotation":
      return marker ? marker.mark(notice, signal) : nobody;
    case "thread":
      return below({ notifier, pager, ...deps }, notice, signal);
  }
};

/** Which port a notice goes to; a page waits for no other. */
const portOf: Partial<Record<Channel, string>> = {
  card: "slack",
  thread: "slack",
  note: "pagerduty",
  acknowledge: "pagerduty",
  resolve: "pagerduty",
  event: "webhook",
  annotation: "grafana",
};

/** The port's own word on when it wants to hear more: not before, however many notices and replicas wait. */
const later = async ({ store }: DeliverDeps, { key, channel }: Notice, ms: number): Promise<void> =>
  // Timers of the queue run by real time.
  store.queue.send(store.pool, queueOf(channel), key, new Date(Date.now() + ms));

const mostPauseMs = 15 * 60_000;

/** True: the other side asked to be left alone for a while, and is. */
const pausedBy = async (deps: DeliverDeps, { notice }: Waiting, error: unknown): Promise<boolean> => {
  if (!(error instanceof PortError) || error.retryAfterMs === null) return false;
  // A page is tried again by the queue, in seconds, and after an hour it is said that nobody got it.
  if (notice.channel === "page") return false;
  const ms = Math.min(Math.max(error.retryAfterMs, 1_000), mostPauseMs);
  await pausePort(deps.store.pool, error.port, new Date(deps.clock.now().getTime() + ms));
  await later(deps, notice, ms);
  return true;
};

const mustWait = async (deps: DeliverDeps, { notice }: Waiting): Promise<boolean> => {
  const port = portOf[notice.channel];
  const now = deps.clock.now();
  const until = port === undefined ? null : await pauseOf(deps.store.pool, port, now);
  if (until === null) return false;
  await later(deps, notice, until.getTime() - now.getTime());
  return true;
};

const silentMs: [number, number] = [5_000, 60_000];
/** Longer than one try takes. */
const tryMs = 30_000;

/** A port that gives no answer holds one worker at most: the queue brings the others back, and counts their tries. */
const refuseWhileSilent = async ({ store, clock }: DeliverDeps, { notice }: Waiting): Promise<void> => {
  const port = portOf[notice.channel];
  if (port !== undefined && (await isSilent(store.pool, port, clock.now(), tryMs)))
    throw new PortError(port, "unreachable", "has not answered and is left alone for a while");
};

const noteAnswer = async ({ store }: DeliverDeps, { notice }: Waiting, receipt: Receipt): Promise<void> => {
  const port = portOf[notice.channel];
  if (port !== undefined && !("skipped" in receipt)) await hasAnswered(store.pool, port);
};

const noteSilence = async ({ store, clock }: DeliverDeps, { notice }: Waiting, error: unknown): Promise<void> => {
  const port = portOf[notice.channel];
  if (port === undefined || !(error instanceof PortError)) return;
  if (error.reason === "timeout" || error.reason === "unreachable")
    await pauseSilent(store.pool, port, clock.now(), silentMs);
  else await hasAnswered(store.pool, port);
};

const isPost = async ({ store }: DeliverDeps, { notice, receipt }: Waiting): Promise<boolean> => {
  if (notice.channel === "card") return receipt === null;
  // What waits for its card takes no place in the line.
  return notice.channel === "thread" && (await lastReceipt(store.pool, `card:${notice.incidentId}`)) !== null;
};

const longestTurnMs = 30_000;

/** Chat takes new messages only so fast. Who is early comes again when it is its turn. */
const mustQueue = async (deps: DeliverDeps, waiting: Waiting): Promise<boolean> => {
  const { paceMs } = deps.notifier;
  if (paceMs === undefined || !(await isPost(deps, waiting))) return false;
  const { pool } = deps.store;
  const { key } = waiting.notice;
  const now = deps.clock.now();
  if (await claimPost(pool, key, now, paceMs)) return false;
  await later(deps, waiting.notice, Math.min(await postDueIn(pool, key, now, paceMs), longestTurnMs));
  return true;
};

/** What rings and what silences one incident go one after the other: neither undoes the other half-way. */
const inTurn = <T>({ store }: DeliverDeps, { notice }: Waiting, send: () => Promise<T>): Promise<T> =>
  notice.channel === "page" || notice.channel === "acknowledge" || notice.channel === "resolve"
    ? withLock(store.pool, `ring:${notice.incidentId}`, send)
    : send();

/** Delivers one notice. Throws when it could not: the queue tries again with growing pauses, then declares it dead. */
export const deliver =
  (deps: DeliverDeps) =>
  async (key: string, signal: AbortSignal): Promise<void> => {
    const waiting = await waitingNotice(deps.store.pool, key);
    if (waiting === null || (await mustWait(deps, waiting)) || (await mustQueue(deps, waiting))) return;
    await refuseWhileSilent(deps, waiting);
    try {
      const receipt = await inTurn(deps, waiting, () => sendOut(deps, waiting, signal));
      if (receipt === null) return;
      await noteAnswer(deps, waiting, receipt);
      await noticeSent(deps.store.pool, key, waiting.version, receipt, deps.clock.now());
      if (waiting.notice.channel === "card")
        await wakeThread(deps.store.pool, deps.store.queue, waiting.notice.incidentId);
    } catch (error) {
      // What a stopping replica gives up says nothing of the port.
      if (!signal.aborted) await noteSilence(deps, waiting, error);
      await noticeFailed(deps.store.pool, key, error instanceof Error ? error.message : String(error));
      if (!(await pausedBy(deps, waiting, error))) throw error;
    }
  };

/** A notice nobody got, after all tries: on the record, and loud. */
export const undeliverable =
  (deps: DeliverDeps) =>
  async (key: string): Promise<void> => {
    const waiting = await waitingNotice(deps.store.pool, key);
    if (waiting === null) return;
    const { incidentId, channel, title } = waiting.notice;
    deps.log("a notice could not be delivered; nobody has seen it", { key, incidentId, channel }, "error");
    await inTransaction(deps.store.pool, async (tx) => {
      await lockIncident(tx, incidentId);
      const line = `the ${channel} "${title}" could not be delivered after all tries`;
      await append(tx, incidentId, { at: deps.clock.now().toISOString(), kind: "notice", actor: "nightshift", line });
    });
  };
