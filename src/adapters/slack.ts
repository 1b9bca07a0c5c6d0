import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from "@slack/web-api";
import type { RefusalReason } from "../incident/evidence.ts";
import type { Notifier, Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { messageOf } from "./slack-blocks.ts";

export interface SlackOptions {
  token: string;
  channel: string;
  apiUrl: string;
  timeoutMs?: number;
  retries?: number;
}

const hint: Record<string, string> = {
  channel_not_found: "; is SLACK_CHANNEL a channel id?",
  not_in_channel: "; invite the bot to the channel",
  invalid_auth: "; check SLACK_BOT_TOKEN",
};

const platformReason = (code: string): RefusalReason => {
  if (/auth|token|account_inactive/.test(code)) return "unauthorized";
  if (code === "ratelimited" || code === "rate_limited") return "rate-limited";
  return /^(internal_error|fatal_error|service_unavailable|request_timeout)$/.test(code) ? "failed" : "invalid";
};

const portError = (what: string, error: unknown): PortError => {
  const make = (reason: RefusalReason, why: string) =>
    new PortError("slack", reason, `${what}: ${why}`, { cause: error });
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    return make(platformReason(code), `${code}${hint[code] ?? ""}`);
  }
  if (error instanceof WebAPIRateLimitedError) return make("rate-limited", `try again in ${error.retryAfter} s`);
  if (error instanceof WebAPIHTTPError) return make("failed", `answered ${error.statusCode}`);
  if (error instanceof WebAPIRequestError) return make("unreachable", error.original.message);
  return make("failed", error instanceof Error ? error.message : String(error));
};

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

/** One message per incident, kept up to date; posted again when somebody deleted it. */
export const slackNotifier = ({ token, channel, apiUrl, timeoutMs = 5000, retries = 2 }: SlackOptions): Notifier => {
  const client = new WebClient(token, {
    slackApiUrl: apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`,
    timeout: timeoutMs,
    retryConfig: { retries, minTimeout: 100, maxTimeout: 1000 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logLevel: LogLevel.ERROR,
    logger: {
      debug() {},
      info() {},
      warn() {},
      error() {},
      setLevel() {},
      getLevel: () => LogLevel.ERROR,
      setName() {},
    },
  });
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
    post: async (notice, former, signal) => {
      try {
        return await unlessAborted("the card", put(messageOf(notice), former), signal);
      } catch (error) {
        throw error instanceof PortError ? error : portError("the card could not be sent", error);
      }
    },
  };
};
