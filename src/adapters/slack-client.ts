import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from "@slack/web-api";
import type { RefusalReason } from "../incident/evidence.ts";
import { PortError } from "../ports/port-error.ts";
import { boundedFetch } from "./bounded-fetch.ts";

const hint: Record<string, string> = {
  channel_not_found: "; is SLACK_CHANNEL a channel id?",
  not_in_channel: "; invite the bot to the channel",
  invalid_auth: "; check SLACK_BOT_TOKEN",
  missing_scope: "; it needs chat:write, and channels:history (in a private channel groups:history)",
};

const isCode = (said: string): boolean => /^[a-z0-9_]{1,80}$/.test(said);

const platformReason = (code: string): RefusalReason => {
  // Whatever came instead of Slack's answer, a proxy's page for one: nobody knows what became of the call.
  if (!isCode(code)) return "failed";
  if (/auth|token|account_inactive/.test(code)) return "unauthorized";
  if (code === "ratelimited" || code === "rate_limited") return "rate-limited";
  return /^(internal_error|fatal_error|service_unavailable|request_timeout)$/.test(code) ? "failed" : "invalid";
};

/** What a call failed with, as ours; one that is ours already stays. */
export const slackError = (what: string, thrown: unknown): PortError => {
  const error = thrown instanceof WebAPIRequestError ? thrown.original : thrown;
  const make = (reason: RefusalReason, why: string, pause = {}) =>
    new PortError("slack", reason, `${what}: ${why}`, { cause: thrown, ...pause });
  // Nobody knows what became of a call with too long an answer.
  if (error instanceof PortError) return error.reason === "too-large" ? make("failed", error.message) : error;
  if (error instanceof WebAPIPlatformError) {
    const code = String(error.data.error ?? "no answer of Slack's");
    return make(platformReason(code), `${code.slice(0, 80)}${hint[code] ?? ""}`);
  }
  if (error instanceof WebAPIRateLimitedError)
    return make("rate-limited", `try again in ${error.retryAfter} s`, { retryAfterMs: error.retryAfter * 1000 });
  if (error instanceof WebAPIHTTPError) return make("failed", `answered ${error.statusCode}`);
  if (thrown instanceof WebAPIRequestError) return make("unreachable", thrown.original.message);
  return make("failed", error instanceof Error ? error.message : String(error));
};

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** Slack's own client without its patience: it would retry for half an hour, also what is given up, and log what it sends. */
export const slackClient = (options: { token: string; apiUrl: string; timeoutMs: number }): WebClient =>
  new WebClient(options.token, {
    slackApiUrl: options.apiUrl.endsWith("/") ? options.apiUrl : `${options.apiUrl}/`,
    timeout: options.timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    fetch: boundedFetch("slack"),
    logLevel: LogLevel.ERROR,
    logger: quiet,
  });

// Then nothing can be posted either.
const nowhere = ["channel_not_found", "not_in_channel"];

/** What it cannot do where it may not read the channel; empty: it may. Throws a PortError where it is in no such channel. */
const blindness = async (client: WebClient, channel: string): Promise<string> => {
  try {
    await client.conversations.history({ channel, limit: 1 });
    return "";
  } catch (error) {
    const refusal = slackError("the channel cannot be read", error);
    if (error instanceof WebAPIPlatformError && nowhere.includes(error.data.error)) throw refusal;
    return `; a message whose answer is lost is posted twice: ${refusal.message}`;
  }
};

interface Asked {
  token: string;
  apiUrl: string;
  channel: string;
}

/** Who the token speaks as and where, and what that costs where it may not read the channel. */
export const slackIdentity = async ({ token, apiUrl, channel }: Asked): Promise<string> => {
  const client = slackClient({ token, apiUrl, timeoutMs: 5000 });
  try {
    const { user, team } = await client.auth.test();
    return `${user ?? "the bot"} in ${team ?? "its workspace"}${await blindness(client, channel)}`;
  } catch (error) {
    throw slackError("the bot token is of no use", error);
  }
};
