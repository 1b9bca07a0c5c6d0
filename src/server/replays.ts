import { json, Router } from "express";
import { ReplayRequest } from "../incident/replay.ts";
import { personOf } from "./auth.ts";
import { badRequest, notFound } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

const requestOf = (body: unknown): ReplayRequest => {
  const parsed = ReplayRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") || "the body";
  throw badRequest(
    `${where} is not understood`,
    'send {"mode":"faithful"} or {"mode":"what-if","changes":{…}} with one of policy, rules, evidence, modelAnswer, runbooks, decision',
  );
};

/** Looking back, never at the incident itself: whoever may read may replay. */
export const replays = ({ responder, config }: ServerOptions): Router => {
  const router = Router();
  router.post("/incidents/:id/replays", json({ limit: "1mb" }), async (request, response) => {
    const person = personOf(config.NIGHTSHIFT_TOKENS, request as never);
    const replayId = await responder.replay(request.params.id, requestOf(request.body), person);
    if (replayId === null) throw notFound("incident");
    response.status(201).location(`/api/replays/${replayId}`).json({ replayId });
  });
  router.get("/replays/:id", async ({ params }, response) => {
    const found = await responder.showReplay(params.id);
    if (found === null) throw notFound("replay");
    response.json(found);
  });
  return router;
};
