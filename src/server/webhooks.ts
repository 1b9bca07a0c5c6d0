import { type RequestHandler, type Response, Router, raw } from "express";
import type { Alert } from "../incident/alert.ts";
import { fromAlertmanager } from "../intake/alertmanager.ts";
import { leftOut } from "../intake/frame.ts";
import { fromGrafana } from "../intake/grafana.ts";
import { authorized, grafanaSigned } from "../intake/signatures.ts";
import { accept, refused, understood, unset } from "./accept.ts";
import type { ServerOptions } from "./options.ts";
import { pagerdutyWebhook } from "./webhook-pagerduty.ts";
import { slackWebhook } from "./webhook-slack.ts";

const bytesOf = (body: unknown): Uint8Array => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

const acceptFrame = async (
  options: ServerOptions,
  body: unknown,
  response: Response,
  read: (payload: unknown) => Alert[],
): Promise<void> => {
  const { alerts, left } = understood(body, (payload) => ({ alerts: read(payload), left: leftOut(payload) }));
  await accept(options, response, { id: null, alerts }, left);
};

export const webhooks = (options: ServerOptions): Router => {
  const { ALERTMANAGER_TOKEN, GRAFANA_WEBHOOK_TOKEN } = options.config;
  const router = Router();
  router.use(raw({ type: () => true, limit: "16mb" }));
  router.post("/pagerduty", pagerdutyWebhook(options));
  router.post("/slack", slackWebhook(options));
  router.post("/alertmanager", async (request, response) => {
    if (ALERTMANAGER_TOKEN.length === 0) throw unset("ALERTMANAGER_TOKEN");
    if (!authorized(request.headers.authorization, ALERTMANAGER_TOKEN)) throw refused("check ALERTMANAGER_TOKEN");
    await acceptFrame(options, request.body, response, fromAlertmanager);
  });
  const grafana: RequestHandler = async (request, response) => {
    if (GRAFANA_WEBHOOK_TOKEN.length === 0) throw unset("GRAFANA_WEBHOOK_TOKEN");
    const signature = request.header("x-grafana-alerting-signature");
    const timestamp = request.header("x-grafana-alerting-timestamp");
    const trusted =
      authorized(request.headers.authorization, GRAFANA_WEBHOOK_TOKEN) ||
      grafanaSigned(signature, timestamp, bytesOf(request.body), GRAFANA_WEBHOOK_TOKEN, options.clock.now());
    if (!trusted) throw refused("check GRAFANA_WEBHOOK_TOKEN");
    await acceptFrame(options, request.body, response, fromGrafana);
  };
  // Its contact points may be set to either method.
  router.route("/grafana").post(grafana).put(grafana);
  return router;
};
