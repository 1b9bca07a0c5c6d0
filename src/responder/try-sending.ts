import type { Channel, Notice } from "../incident/notice.ts";
import type { How, Receipt } from "../ports/notifier.ts";
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
const below = async ({ notifier, store }: DeliverDeps, notice: Notice, how: How): Promise<Receipt | null> => {
  if (!notifier.reply) return nobody;
  const card = await lastReceipt(store.pool, `card:${notice.incidentId}`);
  return card === null ? null : notifier.reply(notice, card, how);
};

/** What a card keeps up to date, and what a page goes below: one message per incident in chat. */
const messageInChat = async ({ store }: DeliverDeps, notice: Notice): Promise<Receipt | null> =>
  (await lastReceipt(store.pool, `card:${notice.incidentId}`)) ?? (await pageInChat(store.pool, notice));

const sendOut = async (
  deps: DeliverDeps,
  { notice, receipt }: Waiting,
  how: How & { signal: AbortSignal },
): Promise<Receipt | null> => {
  const { notifier, pager, herald, marker, store } = deps;
  const { signal } = how;
  switch (notice.channel) {
    case "card":
      return notifier.post(notice, receipt ?? (await pageInChat(store.pool, notice)), how);
    case "note":
      return pager.note(notice, receipt, signal);
    case "page":
      // In chat a page is never over, and the card has the news.
      if (notice.again && postsPage(deps, notice)) return { skipped: "people were paged" };
      return pager.page(notice, how, await messageInChat(deps, notice));
    case "event":
      return herald ? herald.tell(notice, signal) : nobody;
    case "acknowledge":
    case "resolve":
      return atDesk(deps, notice, signal);
    case "annotation":
      return marker ? marker.mark(notice, signal) : nobody;
    case "thread":
      return below(deps, notice, how);
  }
};

/** What may go to chat, which does not know a message that comes again. */
const toChat: readonly Channel[] = ["card", "page", "thread"];

/** Chat said no, so nothing of it is there. Of any other failure nobody knows what became of the message. */
const wasRefused = (error: unknown): boolean =>
  error instanceof PortError && error.port === "slack" && (!error.retryable || error.reason === "rate-limited");

/** Sends it by its channel; null: there is nothing to go below yet. Throws what the port throws. */
export const trySending = async (deps: DeliverDeps, waiting: Waiting, signal: AbortSignal): Promise<Receipt | null> => {
  const { pool } = deps.store;
  const { key, channel } = waiting.notice;
  if (!toChat.includes(channel)) return sendOut(deps, waiting, { signal });
  const attempt = await beginTry(pool, waiting);
  try {
    const receipt = await sendOut(deps, waiting, { signal, attempt });
    if (receipt === null) await forgetTry(pool, key, attempt);
    return receipt;
  } catch (error) {
    if (wasRefused(error)) await forgetTry(pool, key, attempt);
    throw error;
  }
};
