import type { ErrorRequestHandler, RequestHandler } from "express";

/** An answer that is not 2xx. Everything in it may be shown to the caller. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;

  constructor(status: number, code: string, message: string, hint: string) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

export const notFound = (what: string): HttpError =>
  new HttpError(404, "not-found", `there is no such ${what}`, "GET /api/incidents lists what there is");

export const badRequest = (message: string, hint: string): HttpError => new HttpError(400, "malformed", message, hint);

const ofBodyParser: Record<string, readonly [code: string, message: string, hint: string]> = {
  "entity.too.large": [
    "too-large",
    "the body is too large",
    "at most 16 MB of a webhook is read; send fewer alerts at once",
  ],
  "entity.parse.failed": ["malformed", "the body is not JSON", "send JSON with content-type application/json"],
};

const fromLibrary = (error: { status?: unknown; type?: unknown }): HttpError | null => {
  const { status, type } = error;
  if (typeof status !== "number" || status < 400 || status > 499) return null;
  const [code, message, hint] = ofBodyParser[String(type)] ?? [
    "malformed",
    "the request could not be read",
    "check its address, headers and body",
  ];
  return new HttpError(status, code, message, hint);
};

const unknown = new HttpError(500, "internal", "something went wrong here", "the server's log says what");

export type ServerLog = (line: string, fields?: Record<string, unknown>, level?: "info" | "warn" | "error") => void;

/** The one place where errors become answers. What is not meant for callers is logged, never sent. */
export const answerErrors =
  (log: ServerLog): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = error instanceof HttpError ? error : (fromLibrary(Object(error)) ?? unknown);
    if (known.status >= 500) {
      const why = error instanceof Error ? error.message : String(error);
      log("a request failed", { method: request.method, path: request.path, code: known.code, why }, "error");
    }
    const { status, code, message, hint } = known;
    response.status(status).json({ error: { code, message, hint } });
  };

export const unknownRoute: RequestHandler = () => {
  throw new HttpError(404, "no-such-route", "there is nothing at this address", "GET / says what there is");
};
