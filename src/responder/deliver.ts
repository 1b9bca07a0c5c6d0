import type { Channel, Notice } from "../incident/notice.ts";
import type { Desk, Herald, Marker, Pager, Receipt } from "../ports/notifier.ts";
import { lockIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { withLock } from "../store/lock.ts";
import { lastReceipt, noticeFailed, noticeSent, type Waiting, waitingNotice, wakeThread } from "../store/notices.ts";
import { othersAreSick } from "../store/pagerduty.ts";
import { hasWaited, waitsNoMore } from "../store/pauses.ts";
import { inTransaction } from "../store/transaction.ts";
import { isStale } from "./desk.ts";
import {
  mustQueue,
  mustWait,
  noteAnswer,
  noteSilence,
  type PatienceDeps,
  pageInChat,
  pausedBy,
  postsPage,
  refuseWhileSilent,
} from "./patience.ts";

export interface DeliverDeps extends PatienceDeps {
  pager: Pager;
  /** Null or absent: no outgoing webhook is set up (any more). */
  herald?: Herald | null;
  desk?: Desk | null;
  marker?: Marker | null;
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

/** What a card keeps up to date, and what a page goes below: one message per incident in chat. */
const messageInChat = async ({ store }: DeliverDeps, notice: Notice): Promise<Receipt | null> =>
  (await lastReceipt(store.pool, `card:${notice.incidentId}`)) ?? (await pageInChat(store.pool, notice));

const sendOut = async (
  { notifier, pager, herald, marker, ...deps }: DeliverDeps,
  { notice, receipt }: Waiting,
  signal: AbortSignal,
): Promise<Receipt | null> => {
  switch (notice.channel) {
    case "card":
      return notifier.post(notice, receipt ?? (await pageInChat(deps.store.pool, notice)), signal);
    case "note":
      return pager.note(notice, receipt, signal);
    case "page":
      // In chat a page is never over, and the card has the news.
      if (notice.again && postsPage({ notifier, pager, ...deps }, notice)) return { skipped: "people were paged" };
      return pager.page(notice, signal, await messageInChat({ notifier, pager, ...deps }, notice));
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

const ofRinging: readonly Channel[] = ["page", "acknowledge", "resolve"];

const sendOnce = async (deps: DeliverDeps, waiting: Waiting, signal: AbortSignal): Promise<void> => {
  const { pool, queue } = deps.store;
  const { key, channel, incidentId } = waiting.notice;
  const receipt = await sendOut(deps, waiting, signal);
  if (receipt === null) return;
  await noteAnswer(deps, waiting, receipt);
  await noticeSent(pool, key, waiting.version, receipt, deps.clock.now());
  if (channel === "page") await waitsNoMore(pool, key);
  if (channel === "card") await wakeThread(pool, queue, incidentId);
};

/**
 * What rings and what silences one incident go one after the other: neither undoes the other half-way, and of two jobs of one
 * page the second finds it sent. Where chat is what rings, the card is one of them: the two share one message.
 */
const sendInTurn = (deps: DeliverDeps, waiting: Waiting, signal: AbortSignal): Promise<void> => {
  const { key, channel, incidentId } = waiting.notice;
  const ringsInChat = channel === "card" && postsPage(deps, { ...waiting.notice, channel: "page" });
  if (!ringsInChat && !ofRinging.includes(channel)) return sendOnce(deps, waiting, signal);
  return withLock(deps.store.pool, `ring:${incidentId}`, async () => {
    const still = await waitingNotice(deps.store.pool, key);
    if (still !== null) await sendOnce(deps, still, signal);
  });
};

const onRecord = async ({ store, clock }: DeliverDeps, { incidentId, channel, title }: Notice, how: string) =>
  inTransaction(store.pool, async (tx) => {
    await lockIncident(tx, incidentId);
    const line = `the ${channel} "${title}" could not be delivered ${how}`;
    await append(tx, incidentId, { at: clock.now().toISOString(), kind: "notice", actor: "nightshift", line });
  });

const longestWaitMs = 30 * 60_000;

/** What is told to wait fails no try, so that the queue never declares it dead: of a page that is said after as long. */
const tellLongWait = async (deps: DeliverDeps, { notice }: Waiting): Promise<void> => {
  const { key, incidentId, channel } = notice;
  if (channel !== "page" || !(await hasWaited(deps.store.pool, key, deps.clock.now(), longestWaitMs))) return;
  deps.log("a page is told to wait for long; nobody has seen it", { key, incidentId }, "error");
  await onRecord(deps, notice, `for ${longestWaitMs / 60_000} minutes, and is still tried`);
};

/** Delivers one notice. Throws when it could not: the queue tries again with growing pauses, then declares it dead. */
export const deliver =
  (deps: DeliverDeps) =>
  async (key: string, signal: AbortSignal): Promise<void> => {
    const waiting = await waitingNotice(deps.store.pool, key);
    if (waiting === null) return;
    if ((await mustWait(deps, waiting)) || (await mustQueue(deps, waiting))) return tellLongWait(deps, waiting);
    await refuseWhileSilent(deps, waiting);
    try {
      await sendInTurn(deps, waiting, signal);
    } catch (error) {
      // What a stopping replica gives up says nothing of the port.
      if (!signal.aborted) await noteSilence(deps, waiting, error);
      await noticeFailed(deps.store.pool, key, error instanceof Error ? error.message : String(error));
      if (!(await pausedBy(deps, waiting, error))) throw error;
      await tellLongWait(deps, waiting);
    }
  };

/** A notice nobody got, after all tries: on the record, and loud. */
export const undeliverable =
  (deps: DeliverDeps) =>
  async (key: string): Promise<void> => {
    const waiting = await waitingNotice(deps.store.pool, key);
    if (waiting === null) return;
    const { incidentId, channel } = waiting.notice;
    deps.log("a notice could not be delivered; nobody has seen it", { key, incidentId, channel }, "error");
    await onRecord(deps, waiting.notice, "after all tries");
  };
