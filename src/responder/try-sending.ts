import type { Channel, Notice } from "../incident/notice.ts";
import type { Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { beginTry, forgetTry, lastReceipt, type Waiting } from "../store/notices.ts";
import { othersAreSick } from "../store/pagerduty.ts";
import type { DeliverDeps } from "./deliver.ts";
import { isStale } from "./desk.ts";
import { pageInChat, postsPage } from "./patience.ts";

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
  { notice, tried }: Sending,
  signal: AbortSignal,
): Promise<Receipt | null> => {
  if (!notifier.reply) return nobody;
  const card = await lastReceipt(store.pool, `card:${notice.incidentId}`);
  return card === null ? null : notifier.reply(notice, { ...card, ...tried }, signal);
};

/** What a card keeps up to date, and what a page goes below: one message per incident in chat. */
const messageInChat = async ({ store }: DeliverDeps, notice: Notice): Promise<Receipt | null> =>
  (await lastReceipt(store.pool, `card:${notice.incidentId}`)) ?? (await pageInChat(store.pool, notice));

interface Sending {
  notice: Notice;
  receipt: Receipt | null;
  /** Since when it may be in chat; empty: no try was cut off. */
  tried: { tried?: string };
}

const known = (receipt: Receipt | null, tried: Sending["tried"]): Receipt | null =>
  receipt === null && tried.tried === undefined ? null : { ...receipt, ...tried };

const sendOut = async (
  { notifier, pager, herald, marker, ...deps }: DeliverDeps,
  sending: Sending,
  signal: AbortSignal,
): Promise<Receipt | null> => {
  const { notice, receipt, tried } = sending;
  switch (notice.channel) {
    case "card":
      return notifier.post(notice, known(receipt ?? (await pageInChat(deps.store.pool, notice)), tried), signal);
    case "note":
      return pager.note(notice, receipt, signal);
    case "page":
      // In chat a page is never over, and the card has the news.
      if (notice.again && postsPage({ notifier, pager, ...deps }, notice)) return { skipped: "people were paged" };
      return pager.page(notice, signal, known(await messageInChat({ notifier, pager, ...deps }, notice), tried));
    case "event":
      return herald ? herald.tell(notice, signal) : nobody;
    case "acknowledge":
    case "resolve":
      return atDesk({ notifier, pager, ...deps }, notice, signal);
    case "annotation":
      return marker ? marker.mark(notice, signal) : nobody;
    case "thread":
      return below({ notifier, pager, ...deps }, sending, signal);
  }
};

/** Chat does not know a message that comes again: what it is sent of these is looked for first where a try was cut off. */
const ofChat: readonly Channel[] = ["card", "page", "thread"];

/** Of any other failure nobody knows what became of the message. */
const wasRefused = (error: unknown): boolean =>
  error instanceof PortError && !["timeout", "unreachable", "failed"].includes(error.reason);

/** Sends it by its channel; null: there is nothing to go below yet. Throws what the port throws. */
export const trySending = async (deps: DeliverDeps, waiting: Waiting, signal: AbortSignal): Promise<Receipt | null> => {
  const { pool } = deps.store;
  const { key, channel } = waiting.notice;
  if (!ofChat.includes(channel)) return sendOut(deps, { ...waiting, tried: {} }, signal);
  const before = await beginTry(pool, key);
  const forget = async () => before === null && (await forgetTry(pool, key));
  try {
    const tried = before === null ? {} : { tried: before.toISOString() };
    const receipt = await sendOut(deps, { ...waiting, tried }, signal);
    if (receipt === null) await forget();
    return receipt;
  } catch (error) {
    if (wasRefused(error)) await forget();
    throw error;
  }
};
