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

export const slackError = (what: string, error: unknown): PortError => {
  const make = (reason: RefusalReason, why: string, pause = {}) =>
    new PortError("slack", reason, `${what}: ${why}`, { cause: error, ...pause });
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    return make(platformReason(code), `${code}${hint[code] ?? ""}`);
  }
  if (error instanceof WebAPIRateLimitedError)
    return make("rate-limited", `try again in ${error.retryAfter} s`, { retryAfterMs: error.retryAfter * 1000 });
  if (error instanceof WebAPIHTTPError) return make("failed", `answered ${error.statusCode}`);
  if (error instanceof WebAPIRequestError) return make("unreachable", error.original.message);
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
    logLevel: LogLevel.ERROR,
    logger: quiet,
  });

/** Of a public channel and of a private one: by either a message is found whose answer was lost. */
const readingScopes = ["channels:history", "groups:history"];
const unread = `; without the scope ${readingScopes.join(" or ")} what was cut off is said twice`;

/** Who the token speaks as, and where. */
export const slackIdentity = async ({ token, apiUrl }: { token: string; apiUrl: string }): Promise<string> => {
  try {
    const answer = await slackClient({ token, apiUrl, timeoutMs: 5000 }).auth.test();
    const { user, team, response_metadata: { scopes } = {} } = answer;
    const blind = scopes !== undefined && !scopes.some((scope) => readingScopes.includes(scope));
    return `${user ?? "the bot"} in ${team ?? "its workspace"}${blind ? unread : ""}`;
  } catch (error) {
    throw slackError("the bot token is of no use", error);
  }
};
