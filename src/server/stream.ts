import type { RequestHandler, Response } from "express";
import type { JournalEntry } from "../responder/responder.ts";
import { HttpError, notFound } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

const maxStreams = 100;
const maxWaitingBytes = 1024 * 1024;

const after = (header: string | undefined): number => (/^\d{1,15}$/.test(header ?? "") ? Number(header) : 0);

// A reader that does not keep up is let go; it comes back with Last-Event-ID and misses nothing.
const send = (response: Response, text: string, stop: AbortController): void => {
  if (response.writableLength > maxWaitingBytes) stop.abort();
  else if (!stop.signal.aborted) response.write(text);
};

const eventOf = (entry: JournalEntry): string => `id: ${entry.seq}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`;

/** Server-sent events of one incident's journal. */
export const stream = ({ responder, log, heartbeatMs = 15_000 }: ServerOptions): RequestHandler<{ id: string }> => {
  let open = 0;
  return async (request, response) => {
    if (open >= maxStreams) throw new HttpError(503, "too-many-streams", "too many streams are open", "poll /timeline");
    open += 1;
    const stop = new AbortController();
    response.on("close", () => stop.abort());
    let heart: NodeJS.Timeout | undefined;
    try {
      if ((await responder.show(request.params.id)) === null) throw notFound("incident");
      response.type("text/event-stream").set("X-Accel-Buffering", "no").flushHeaders();
      heart = setInterval(() => send(response, ": still here\n\n", stop), heartbeatMs);
      const tell = (entry: JournalEntry): void => send(response, eventOf(entry), stop);
      await responder.follow(request.params.id, after(request.header("last-event-id")), tell, stop.signal);
    } catch (error) {
      if (!response.headersSent) throw error;
      log("a stream broke off", { why: error instanceof Error ? error.message : String(error) });
    } finally {
      open -= 1;
      clearInterval(heart);
      if (response.headersSent) response.end();
    }
  };
};
