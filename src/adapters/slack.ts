import { WebAPIPlatformError } from "@slack/web-api";
import type { Notifier, Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { messageOf, replyOf } from "./slack-blocks.ts";
import { slackClient, slackError } from "./slack-client.ts";

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

/** One message per incident, kept up to date; posted again when somebody deleted it. */
export const slackNotifier = ({ token, channel, apiUrl, timeoutMs = 5000, retries = 2 }: SlackOptions): Notifier => {
  const client = slackClient({ token, apiUrl, timeoutMs, retries });
  const fresh = async (message: ReturnType<typeof messageOf>): Promise<Receipt> => {
    const posted = await client.chat.postMessage({ channel, ...message, unfurl_links: false, unfurl_media: false });
    return { channel: posted.channel ?? channel, ts: posted.ts ?? "" };
  };
  const put = async (message: ReturnType<typeof messageOf>, former: Receipt | null): Promise<Receipt> => {
    if (!former?.channel || !former.ts) return fresh(message);
    try {
      await client.chat.update({ channel: former.channel, ts: former.ts, ...message });
      return former;
    } catch (error) {
      if (lost(error)) return fresh(message);
      throw error;
    }
  };
  return {
    paceMs,
    post: async (notice, former, signal) => {
      try {
        return await unlessAborted("the card", put(messageOf(notice), former), signal);
      } catch (error) {
        throw error instanceof PortError ? error : slackError("the card could not be sent", error);
      }
    },
    reply: async (notice, { channel: where = channel, ts: thread_ts = "" }, signal) => {
      const said =
        notice.channel === "page" ? { ...messageOf(notice), reply_broadcast: true as const } : replyOf(notice);
      const answer = { channel: where, thread_ts, ...said, unfurl_links: false, unfurl_media: false };
      try {
        const posted = await unlessAborted("the details", client.chat.postMessage(answer), signal);
        return { channel: where, ts: posted.ts ?? "" };
      } catch (error) {
        throw error instanceof PortError ? error : slackError("the details could not be sent", error);
      }
    },
  };
};
