import { WebAPIPlatformError } from "@slack/web-api";
import type { Notice } from "../incident/notice.ts";
import type { Notifier, Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { messageOf, replyOf } from "./slack-blocks.ts";
import { slackClient, slackError } from "./slack-client.ts";
import { markOf, sentBefore } from "./slack-sent.ts";

export interface SlackOptions {
  token: string;
  channel: string;
  apiUrl: string;
  timeoutMs?: number;
  retries?: number;
}

const lost = (error: unknown): boolean =>
  error instanceof WebAPIPlatformError &&
  ["message_not_found", "cant_update_message", "edit_window_closed"].includes(error.data.error);

const unlessAborted = async <T>(what: string, work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return work;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(new PortError("slack", "timeout", `${what} was given up`));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener("abort", abort));
};

/** Slack takes one new message a second in a channel, and a little is left for the way there. */
const paceMs = 1_100;

type Message = ReturnType<typeof messageOf> | ReturnType<typeof replyOf>;

interface Place {
  channel: string;
  /** Absent: it answers no message. */
  below?: { thread_ts: string } | { thread_ts: string; reply_broadcast: true };
  /** Since when it may be there already, of a try whose answer was lost. */
  tried?: string | undefined;
}

const plain = { unfurl_links: false, unfurl_media: false };

/** One message per incident, kept up to date; posted again when somebody deleted it. */
export const slackNotifier = ({ token, channel, apiUrl, timeoutMs = 5000, retries = 2 }: SlackOptions): Notifier => {
  const client = slackClient({ token, apiUrl, timeoutMs, retries });
  // A new message is never repeated blindly: the one before may be there.
  const once = slackClient({ token, apiUrl, timeoutMs, retries: 0 });

  /** False: the message is gone, or was never ours. */
  const updated = async ({ channel: where = channel, ts = "" }: Receipt, message: Message): Promise<boolean> => {
    try {
      await client.chat.update({ channel: where, ts, ...message });
      return true;
    } catch (error) {
      if (lost(error)) return false;
      throw error;
    }
  };

  const fresh = async (notice: Notice, message: Message, { channel: where, below, tried }: Place): Promise<Receipt> => {
    const sought = { key: notice.key, channel: where, thread: below?.thread_ts };
    const found = tried === undefined ? null : await sentBefore(once, { ...sought, tried });
    if (found !== null && (await updated(found, message))) return found;
    const said = { channel: where, ...message, ...plain, metadata: markOf(notice) };
    const posted = await once.chat.postMessage({ ...said, ...below });
    return { channel: posted.channel ?? where, ts: posted.ts ?? "" };
  };

  const put = async (notice: Notice, { tried, ...former }: Receipt): Promise<Receipt> => {
    const message = messageOf(notice);
    if (former.channel && former.ts && (await updated(former, message))) return former;
    return fresh(notice, message, { channel, tried });
  };

  const answer = (notice: Notice, { channel: where = channel, ts = "", tried }: Receipt): Promise<Receipt> => {
    const place = { channel: where, tried };
    return notice.channel === "page"
      ? fresh(notice, messageOf(notice), { ...place, below: { thread_ts: ts, reply_broadcast: true } })
      : fresh(notice, replyOf(notice), { ...place, below: { thread_ts: ts } });
  };

  const sent = async (what: string, work: Promise<Receipt>, signal: AbortSignal | undefined): Promise<Receipt> => {
    try {
      return await unlessAborted(what, work, signal);
    } catch (error) {
      throw error instanceof PortError ? error : slackError(`${what} could not be sent`, error);
    }
  };

  return {
    paceMs,
    post: (notice, former, signal) => sent("the card", put(notice, former ?? {}), signal),
    reply: (notice, card, signal) => sent("the details", answer(notice, card), signal),
  };
};
