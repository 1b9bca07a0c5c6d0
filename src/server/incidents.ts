import { Router } from "express";
import { z } from "zod";
import { IncidentStatus } from "../incident/incident.ts";
import { readers } from "./auth.ts";
import { decision } from "./decision.ts";
import { badRequest, notFound } from "./errors.ts";
import { feedback } from "./feedback.ts";
import type { ServerOptions } from "./options.ts";
import { replays } from "./replays.ts";
import { stream } from "./stream.ts";

const word = z
  .string()
  .max(500)
  .default("")
  .transform((text) => text || null);
const Filter = z.object({ status: IncidentStatus.nullable().default(null), subject: word, cursor: word });

const filterOf = (query: unknown): z.infer<typeof Filter> => {
  const result = Filter.safeParse(query);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join(".") ?? "query";
  throw badRequest(`${where} is not understood`, `status is one of ${IncidentStatus.options.join(", ")}`);
};

const found = <T>(value: T | null, what: string): T => {
  if (value === null) throw notFound(what);
  return value;
};

export const incidents = (options: ServerOptions): Router => {
  const { responder, config } = options;
  const router = Router();
  router.post("/incidents/:id/decision", ...decision(options));
  router.post("/incidents/:id/feedback", ...feedback(options));
  router.use(readers(config.NIGHTSHIFT_TOKENS));
  router.use(replays(options));
  router.get("/incidents", async ({ query }, response) => {
    response.json(await responder.list(filterOf(query)));
  });
  router.get("/incidents/:id", async ({ params }, response) => {
    response.json(found(await responder.show(params.id), "incident"));
  });
  router.get("/incidents/:id/timeline", async ({ params }, response) => {
    response.json({ items: found(await responder.timeline(params.id), "incident") });
  });
  router.get("/incidents/:id/evidence/:evidenceId", async ({ params }, response) => {
    response.json(found(await responder.evidence(params.id, params.evidenceId), "evidence"));
  });
  router.get("/incidents/:id/report", async ({ params, query }, response) => {
    const text = query.kind === "post-mortem" ? responder.postMortem(params.id) : responder.report(params.id);
    response.type("text/markdown").send(found(await text, "incident"));
  });
  router.get("/incidents/:id/stream", stream(options));
  router.get("/stats", async (_request, response) => {
    response.json(await responder.stats());
  });
  return router;
};
