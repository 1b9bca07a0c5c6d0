import express, { type Express } from "express";
import { Registry } from "prom-client";
import { assistants } from "./assistants.ts";
import { localOnly } from "./auth.ts";
import { answerErrors, unknownRoute } from "./errors.ts";
import { safeHeaders } from "./headers.ts";
import { health } from "./health.ts";
import { incidents } from "./incidents.ts";
import { countAnswers } from "./metrics.ts";
import type { ServerOptions } from "./options.ts";
import { webhooks } from "./webhooks.ts";

/** HTTP in, responder out. Never listens by itself. */
export const makeServer = (given: ServerOptions): Express => {
  const metrics = given.metrics ?? new Registry();
  const options = { ...given, metrics };
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use(countAnswers(metrics), safeHeaders);
  // Webhooks carry their own proof and come from other hosts' names.
  app.use("/webhooks", webhooks(options));
  app.use(localOnly(options.config.NIGHTSHIFT_TOKENS));
  app.use(health(options));
  app.use("/api", incidents(options));
  app.use("/mcp", assistants(options));
  app.use(unknownRoute);
  app.use(answerErrors(options.log));
  return app;
};
