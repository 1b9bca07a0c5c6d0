import type { WebClient } from "@slack/web-api";
import type { Notice } from "../incident/notice.ts";
import type { Receipt } from "../ports/notifier.ts";

const event_type = "nightshift_notice";

/** Goes with a message and is seen by programs only: by it the message is found again. */
export const markOf = ({ key }: Pick<Notice, "key">) => ({ event_type, event_payload: { key } });

interface Sought {
  key: string;
  channel: string;
  /** The message it answers; absent: it answers none. */
  thread?: string | undefined;
  /** When it was tried first, ISO 8601. */
  tried: string;
}

/** Slack stamps its messages by a clock of its own. */
const skewMs = 5 * 60_000;
const most = 200;

const lately = (client: WebClient, { channel, thread, tried }: Sought) => {
  const oldest = String((Date.parse(tried) - skewMs) / 1000);
  const asked = { channel, oldest, limit: most, include_all_metadata: true };
  return thread === undefined
    ? client.conversations.history(asked)
    : client.conversations.replies({ ...asked, ts: thread });
};

/**
 * The message of a try whose answer was lost. Null where it is not there, or nobody can tell: the bot may not read the channel, or asks
 * too often. Then it is sent again, since twice is better than never.
 */
export const sentBefore = async (client: WebClient, sought: Sought): Promise<Receipt | null> => {
  const { messages = [] } = await lately(client, sought).catch(() => ({ messages: [] }));
  const found = messages.find(
    ({ metadata }) =>
      metadata?.event_type === event_type &&
      (metadata.event_payload as { key?: unknown } | undefined)?.key === sought.key,
  );
  return found?.ts === undefined ? null : { channel: sought.channel, ts: found.ts };
};
