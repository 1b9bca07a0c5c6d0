import { json, type RequestHandler } from "express";
import { z } from "zod";
import type { Decided } from "../responder/responder.ts";
import { approvers } from "./auth.ts";
import { badRequest, HttpError, notFound } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

const Body = z.object({
  decision: z.enum(["approve", "reject"]),
  planHash: z.string().min(1).max(200),
  reason: z.string().max(2000).nullish(),
});

const refusal = (decided: Exclude<Decided, { kind: "accepted" }>): HttpError => {
  switch (decided.kind) {
    case "not-found":
      return notFound("incident");
    case "forbidden":
      return new HttpError(403, "forbidden", decided.why, "ask somebody who may decide");
    case "already-decided":
      return new HttpError(
        409,
        "already-decided",
        `${decided.by} has ${decided.decision} it`,
        "the first decision counts",
      );
    case "plan-changed":
      return new HttpError(
        409,
        "plan-changed",
        "this is not the plan that waits",
        "read the incident again and decide anew",
      );
    case "expired":
      return new HttpError(410, "expired", "the time to decide is over", "a person has been told; read the report");
  }
};

export const decision = ({ responder, config, log }: ServerOptions): RequestHandler<{ id: string }>[] => [
  approvers(config.NIGHTSHIFT_TOKENS),
  json({ limit: "16kb" }),
  async (request, response) => {
    const parsed = Body.safeParse(request.body);
    if (!parsed.success) {
      throw badRequest(
        "the decision is not understood",
        'send {"decision":"approve"|"reject","planHash":"...","reason"?:"..."}',
      );
    }
    const { reason = null, ...rest } = parsed.data;
    const answer = responder.decide(request.params.id, { ...rest, reason }, response.locals.person);
    const decided = await answer.catch((error: unknown) => {
      log("a decision could not be stored", { why: error instanceof Error ? error.message : String(error) }, "error");
      throw new HttpError(503, "not-stored", "it is not known to be stored", "decide again; the first decision counts");
    });
    if (decided.kind !== "accepted") throw refusal(decided);
    response
      .status(202)
      .json({ accepted: true, ...(decided.waitsFor === undefined ? {} : { waitsFor: decided.waitsFor }) });
  },
];
