import { Router } from "express";
import { readers } from "./auth.ts";
import { HttpError } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

const welcome = `Nightshift is running.

/api/incidents   incidents, newest first
/api/stats       what it has done so far
/mcp             the same for assistants (MCP)
/healthz /readyz /metrics
`;

export const health = ({ notReady, remarks, metrics, config }: ServerOptions): Router => {
  const router = Router();
  router.get("/", (_request, response) => {
    response.type("text/plain").send(welcome);
  });
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const problems = (await notReady?.()) ?? [];
    if (problems.length > 0) throw new HttpError(503, "not-ready", problems.join("; "), "nightshift doctor says more");
    const said = (await remarks?.()) ?? [];
    response.json(said.length > 0 ? { status: "ready", remarks: said } : { status: "ready" });
  });
  router.get("/metrics", readers(config.NIGHTSHIFT_TOKENS), async (_request, response) => {
    response.type("text/plain; version=0.0.4").send((await metrics?.metrics()) ?? "");
  });
  return router;
};
