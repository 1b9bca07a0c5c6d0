import type { WebClient } from "@slack/web-api";
import type { Attempt } from "../incident/attempt.ts";
import type { Notice } from "../incident/notice.ts";
import type { Receipt } from "../ports/notifier.ts";
import { slackError } from "./slack-client.ts";

const event_type = "nightshift_notice";

/** Goes with a message and is seen by programs only. Another message under the same key is of another attempt. */
export const markOf = ({ key }: Notice, attempt: Attempt) => ({
  event_type,
  event_payload: { key, since: attempt.since.toISOString() },
});

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
    if (refusal.retryable) throw refusal;
    return [];
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
  return found?.ts === undefined ? null : { channel: sought.channel, ts: found.ts };
};
