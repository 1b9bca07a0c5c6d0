import type { RefusalReason } from "../incident/evidence.ts";
import { PortError } from "../ports/port-error.ts";

interface Call {
  port: string;
  /** For the message: method and path. */
  what: string;
  deadlineMs: number;
  deadline: AbortSignal;
  caller: AbortSignal | undefined;
}

const deepest = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return deepest(error.errors[0]);
  return error.cause instanceof Error ? deepest(error.cause) : error.message;
};

/** A call that brought no whole answer: what was asked, what went wrong, what to look at. */
export const transportError = (error: unknown, { port, what, deadlineMs, deadline, caller }: Call): PortError => {
  if (error instanceof PortError) return error;
  if (caller?.aborted) return new PortError(port, "timeout", `${what} was given up`, { cause: error });
  if (deadline.aborted) {
    return new PortError(port, "timeout", `${what} had no answer within ${deadlineMs} ms`, { cause: error });
  }
  const hint = "is the address right and the server up?";
  return new PortError(port, "unreachable", `${what} failed: ${deepest(error)}; ${hint}`, { cause: error });
};

const byStatus: Record<number, RefusalReason> = {
  401: "unauthorized",
  403: "forbidden",
  408: "timeout",
  413: "too-large",
  429: "rate-limited",
  504: "timeout",
  529: "rate-limited",
};

export const reasonOfStatus = (status: number): RefusalReason =>
  byStatus[status] ?? (status >= 500 ? "failed" : "invalid");
