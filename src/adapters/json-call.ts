import { PortError } from "../ports/port-error.ts";
import { jsonOf } from "./bounded-body.ts";
import { callHttp } from "./http-call.ts";
import { reasonOfStatus } from "./transport-error.ts";

export interface JsonCall {
  port: string;
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Record<string, string>;
  /** A text is sent as it is; anything else as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
  deadlineMs: number;
  /** Error codes of the body that count as success. */
  fine?: readonly number[];
  /** The other side need not answer in JSON, nor at all beside its status. */
  anyAnswer?: boolean;
  /** How the call is named in errors, where the address itself is nobody's business. */
  called?: string;
}

const maxBytes = 4 * 1024 * 1024;

const parse = (text: string): unknown => {
  try {
    return jsonOf(text);
  } catch {
    return null;
  }
};

const errorOf = (answer: unknown): { code?: number; message?: string } => {
  const { error, message } = Object(answer) as { error?: { code?: number; message?: string }; message?: string };
  return error ?? (message === undefined ? {} : { message });
};

const read = (call: JsonCall, what: string, response: Response, text: string): unknown => {
  const { port, fine = [], anyAnswer = false } = call;
  const answer = parse(text);
  const { code, message } = errorOf(answer);
  if (response.ok && (answer !== null || anyAnswer)) return answer;
  if (response.ok) throw new PortError(port, "failed", `${what} answered something that is not JSON`);
  if (code !== undefined && fine.includes(code)) return answer;
  const wait = /^\d{1,6}$/.exec(response.headers.get("retry-after") ?? "");
  const later = wait === null ? "" : `; try again in ${wait[0]} s`;
  const pause = wait === null ? {} : { retryAfterMs: Number(wait[0]) * 1000 };
  const why = `${what} answered ${response.status}: ${String(message ?? "(no message)").slice(0, 300)}${later}`;
  throw new PortError(port, reasonOfStatus(response.status), why, pause);
};

/** One JSON request with a deadline and a bound; whatever is not a whole 2xx answer is a PortError. */
export const callJson = async (call: JsonCall): Promise<unknown> => {
  const { port, method, url, headers, body, signal, deadlineMs } = call;
  const what = call.called ?? `${method} ${new URL(url).pathname}`;
  const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
  const init: RequestInit = { method, headers, redirect: "error", ...sent };
  return callHttp({ port, what, url, init, signal, deadlineMs, maxBytes }, (response, text) =>
    read(call, what, response, text),
  );
};
