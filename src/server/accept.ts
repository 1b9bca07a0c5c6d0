import type { Response } from "express";
import { MalformedPayload } from "../intake/malformed.ts";
import type { Delivery } from "../responder/responder.ts";
import { badRequest, HttpError } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

/** What intake makes of the bytes; whatever it cannot read is the sender's 400. */
export const understood = <T>(body: unknown, read: (payload: unknown) => T): T => {
  try {
    return read(JSON.parse(Buffer.isBuffer(body) ? body.toString() : ""));
  } catch (error) {
    if (error instanceof MalformedPayload) throw badRequest(error.message, "nothing was stored");
    if (error instanceof SyntaxError) throw badRequest("the body is not JSON", "nothing was stored");
    throw error;
  }
};

/** 202 only once everything is committed, with how many alerts were left out, if any; a store that does not answer is 503, which every sender repeats. */
export const accept = async (
  { responder, log }: ServerOptions,
  response: Response,
  delivery: Delivery,
  left = 0,
): Promise<void> => {
  const taken = delivery.alerts.length;
  const ours = delivery.page?.incidentIds ?? [];
  const stored = taken + ours.length === 0 ? Promise.resolve([]) : responder.receive(delivery);
  const incidentIds = await stored.catch((error: unknown) => {
    log("a delivery could not be stored", { why: error instanceof Error ? error.message : String(error) }, "error");
    throw new HttpError(503, "not-stored", "the alerts could not be stored", "send them again");
  });
  if (left > 0) log("a delivery is about more alerts than were read", { taken, left });
  response.status(202).json({ incidentIds, ...(left > 0 ? { left } : {}) });
};

export const unset = (variable: string): HttpError =>
  new HttpError(503, "not-configured", "this webhook is not set up", `set ${variable}`);

export const refused = (hint: string): HttpError =>
  new HttpError(401, "unauthorized", "the request does not carry what it must", hint);
