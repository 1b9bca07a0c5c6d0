import type { WebClient } from "@slack/web-api";
import type { Attempt } from "../incident/attempt.ts";
import type { Notice } from "../incident/notice.ts";
import type { Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { slackError } from "./slack-client.ts";

const event_type = "nightshift_notice";

/** Goes with a message and is seen by programs only. Another message under the same key is of another attempt. */
export const markOf = ({ key }: Notice, attempt: Attempt) => ({
  event_type,
  event_payload: { key, since: attempt.since.toISOString() },
});

/** `thread` is the message that it answers, and what answers it in turn goes below. */
export const receiptOf = (channel: string, ts: string, thread: string | null): Receipt =>
  thread === null ? { channel, ts } : { channel, ts, thread };

interface Sought {
  notice: Notice;
  attempt: Attempt;
  channel: string;
  /** The message it answers; null: it answers none. */
  thread: string | null;
}

/** Slack stamps its messages by a clock of its own. */
const skewMs = 60_000;
const most = 200;

const sentSince = async (client: WebClient, { channel, thread, attempt }: Sought) => {
  const oldest = String((attempt.since.getTime() - skewMs) / 1000);
  const asked = { channel, oldest, limit: most, include_all_metadata: true };
  const read =
    thread === null ? client.conversations.history(asked) : client.conversations.replies({ ...asked, ts: thread });
  try {
    return (await read).messages ?? [];
  } catch (error) {
    const refusal = slackError("the channel could not be read", error);
    if (!refusal.retryable) return [];
    // How often one may read is no limit on what may be posted: nothing else waits for it.
    throw refusal.reason === "rate-limited"
      ? new PortError("slack", "failed", "the channel is read too often")
      : refusal;
  }
};

/**
 * The message of a try whose answer was lost; null: it is not there, or Slack will not show it. Then it is sent again, since twice is
 * better than never. Throws a PortError where Slack could not tell.
 */
export const sentBefore = async (client: WebClient, sought: Sought): Promise<Receipt | null> => {
  const { key, since } = markOf(sought.notice, sought.attempt).event_payload;
  const found = (await sentSince(client, sought)).find(({ metadata }) => {
    const payload = (metadata?.event_payload ?? {}) as { key?: unknown; since?: unknown };
    return metadata?.event_type === event_type && payload.key === key && payload.since === since;
  });
  const { ts, thread_ts = ts } = found ?? {};
  // What answers a message may stand in the channel, too; what is answered bears its own name.
  return ts === undefined ? null : receiptOf(sought.channel, ts, thread_ts === ts ? null : (thread_ts ?? null));
};
