import { PortError } from "../ports/port-error.ts";
import { boundedBytes, textOf } from "./bounded-body.ts";
import { transportError } from "./transport-error.ts";

export interface HttpCall {
  port: string;
  /** How the call is named in errors. */
  what: string;
  url: string;
  init: Omit<RequestInit, "signal">;
  signal: AbortSignal | undefined;
  deadlineMs: number;
  maxBytes: number;
  /** What to try when there is more. */
  whenTooLarge?: string;
}

/** One request with a deadline and a bound on what comes back. Whatever brings no whole answer is a PortError. */
export const callHttp = async <T>(call: HttpCall, read: (response: Response, text: string) => T): Promise<T> => {
  const { port, what, url, init, signal: caller, deadlineMs, maxBytes, whenTooLarge } = call;
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const signal = caller ? AbortSignal.any([caller, deadline]) : deadline;
    const response = await fetch(url, { ...init, signal });
    const bytes = await boundedBytes(response.body, maxBytes);
    if (bytes === null) {
      const hint = whenTooLarge === undefined ? "" : `; ${whenTooLarge}`;
      throw new PortError(port, "too-large", `${what} answered with more than ${maxBytes} bytes${hint}`);
    }
    return read(response, textOf(bytes));
  } catch (error) {
    throw transportError(error, { port, what, deadlineMs, deadline, caller });
  }
};
