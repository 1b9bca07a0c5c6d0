import type { RefusalReason } from "../incident/evidence.ts";
import { PortError } from "../ports/port-error.ts";
import { reasonOfStatus } from "./transport-error.ts";

const numberIn = (error: Error, field: string): number | null => {
  const value: unknown = Reflect.get(error, field);
  return typeof value === "number" ? value : null;
};

const hints: Partial<Record<RefusalReason, string>> = {
  unauthorized: "is OPENAI_API_KEY or ANTHROPIC_API_KEY right?",
  invalid: "are NIGHTSHIFT_MODEL and its BASE_URL right?",
  "rate-limited": "the provider asks to wait, or the quota is used up",
  unreachable: "is its BASE_URL right and the server up?",
};

/** The provider's package could not make anything of what was answered with 200: it is not what this API answers. */
const isUnreadable = (error: Error): boolean => error instanceof SyntaxError || error instanceof TypeError;

const unreadable = "the answer is not what this API answers (a web page, or without a message)";

const reasonOf = (error: Error, expired: boolean): RefusalReason => {
  if (expired || /^(TimeoutError|AbortError)$/.test(error.name)) return "timeout";
  if (error.name === "ContextOverflowError") return "too-large";
  const status = numberIn(error, "status");
  if (status !== null) return reasonOfStatus(status);
  return isUnreadable(error) ? "failed" : "unreachable";
};

/** A call to a model that brought no reply: which model, what went wrong, what to look at. */
export const chatError = (caught: unknown, name: string, expired: boolean): PortError => {
  if (caught instanceof PortError) return caught;
  const error = caught instanceof Error ? caught : new Error(String(caught));
  const reason = reasonOf(error, expired);
  const isOdd = reason === "failed" && isUnreadable(error);
  const hint = isOdd ? "is its BASE_URL right?" : (hints[reason] ?? "the walk goes on without this reply");
  const what = isOdd ? `${unreadable}: ${error.message.slice(0, 100)}` : error.message.slice(0, 300);
  return new PortError("model", reason, `asking ${name} failed: ${what}; ${hint}`, {
    cause: caught,
  });
};

/** How servers refuse a request because of its tools: each says so in words, in one of these. */
const refusesTools: readonly (number | null)[] = [400, 404, 422, 500, 501];

export const cannotCallTools = (error: unknown): boolean =>
  error instanceof Error &&
  refusesTools.includes(numberIn(error, "status")) &&
  /\btools?\b|tool_choice|function.?call/i.test(error.message);

/** It never can, and need not be asked with tools again: another one's answer went wrong once, and its next may not. */
export const neverCallsTools = (error: unknown): boolean =>
  cannotCallTools(error) &&
  /support|implement|unknown|unrecogni|not (?:allowed|available|enabled)/i.test(String(error)) &&
  !/\bpars(?:e|er|ing)\b|malformed/i.test(String(error));

/** It wants the limit of what it writes by its other name. */
export const refusesLimit = (error: unknown): boolean =>
  error instanceof Error && numberIn(error, "status") === 400 && /max_completion_tokens/.test(error.message);

/** The provider is busy; waiting helps, unless the quota is gone. Anthropic's "overloaded" its package has tried again by now. */
export const isBusy = (error: unknown): error is Error =>
  error instanceof Error && numberIn(error, "status") === 429 && error.name !== "InsufficientQuotaError";

/** How long a busy provider asks to wait, in milliseconds; null where it does not say it in seconds. */
export const patience = (error: Error): number | null => {
  const headers: unknown = Reflect.get(error, "headers");
  const said = headers instanceof Headers ? headers.get("retry-after") : null;
  return said !== null && /^\d+(\.\d+)?$/.test(said) ? Number(said) * 1000 : null;
};
