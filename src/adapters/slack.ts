import { WebAPIPlatformError } from "@slack/web-api";
import type { Attempt } from "../incident/attempt.ts";
import type { Notice } from "../incident/notice.ts";
import type { How, Notifier, Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { messageOf, replyOf } from "./slack-blocks.ts";
import { slackClient, slackError } from "./slack-client.ts";
import { markOf, receiptOf, sentBefore } from "./slack-sent.ts";

export interface SlackOptions {
  token: string;
  channel: string;
  apiUrl: string;
  timeoutMs?: number;
}

const isPastChange = (error: unknown): boolean =>
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

/** What is said, where, and how. */
interface Saying {
  notice: Notice;
  message: Message;
  channel: string;
  /** Absent: it answers no message. */
  below?: { thread_ts: string } | { thread_ts: string; reply_broadcast: true };
  how: How;
}

/** Where it may be: what answers a message may have come before there was one, or after it was taken away. */
const placesOf = ({ below }: Saying): (string | null)[] => (below === undefined ? [null] : [below.thread_ts, null]);

const patientTries = 3;

/** After so many tries nobody waits on because Slack does not tell what is there: twice rather than never. */
const isOverdue = ({ before }: Attempt): boolean => before > patientTries;

const plain = { unfurl_links: false, unfurl_media: false };

/** One message per incident, kept up to date; posted again when somebody deleted it. */
export const slackNotifier = ({ token, channel, apiUrl, timeoutMs = 5000 }: SlackOptions): Notifier => {
  // Nothing is repeated blindly: a new message may be there, and an older text must not come after a newer one. The queue comes back.
  const client = slackClient({ token, apiUrl, timeoutMs });

  /** False: it can be changed no more, or never was ours. */
  const changed = async ({ channel: where = channel, ts = "" }: Receipt, { message, how }: Saying) => {
    // Whoever has given up must not change anything after all.
    how.signal?.throwIfAborted();
    try {
      await client.chat.update({ channel: where, ts, ...message });
      return true;
    } catch (error) {
      if (isPastChange(error)) return false;
      throw error;
    }
  };

  /** What a try before has sent, brought up to date; null: nothing that is known of. */
  const recovered = async (saying: Saying): Promise<Receipt | null> => {
    const { notice, channel: where, how } = saying;
    const { attempt } = how;
    if (attempt === undefined || attempt.before === 0) return null;
    for (const thread of placesOf(saying)) {
      const looked = sentBefore(client, { notice, attempt, channel: where, thread });
      const found = await looked.catch((error) => (isOverdue(attempt) ? null : Promise.reject(error)));
      // A page that was found says the same, for another is another attempt.
      if (found !== null && (notice.channel === "page" || (await changed(found, saying)))) return found;
    }
    return null;
  };

  const posted = async ({ notice, message, channel: where, below, how }: Saying): Promise<Receipt> => {
    // Whoever has given up must not post after all.
    how.signal?.throwIfAborted();
    const mark = how.attempt && { metadata: markOf(notice, how.attempt) };
    const answer = await client.chat.postMessage({ channel: where, ...message, ...plain, ...mark, ...below });
    return receiptOf(answer.channel ?? where, answer.ts ?? "", below?.thread_ts ?? null);
  };

  const put = async (notice: Notice, former: Receipt | null, how: How): Promise<Receipt> => {
    const saying = { notice, message: messageOf(notice), channel, how };
    const found = await recovered(saying);
    if (found !== null) return found;
    const stands = former?.channel && former.ts && (await changed(former, saying));
    return stands ? former : posted(saying);
  };

  const replied = async (
    notice: Notice,
    { channel: where = channel, ts = "" }: Receipt,
    how: How,
  ): Promise<Receipt> => {
    const isPage = notice.channel === "page";
    const below = isPage ? { thread_ts: ts, reply_broadcast: true as const } : { thread_ts: ts };
    const message = isPage ? messageOf(notice) : replyOf(notice);
    const saying = { notice, message, channel: where, below, how };
    return (await recovered(saying)) ?? posted(saying);
  };

  const inTime = async (work: Promise<Receipt>, notice: Notice, { signal }: How): Promise<Receipt> => {
    const what = `the ${notice.channel}`;
    try {
      return await unlessAborted(what, work, signal);
    } catch (error) {
      throw slackError(`${what} could not be sent`, error);
    }
  };

  return {
    paceMs,
    post: (notice, former, how = {}) => inTime(put(notice, former, how), notice, how),
    reply: (notice, card, how = {}) => inTime(replied(notice, card, how), notice, how),
  };
};
