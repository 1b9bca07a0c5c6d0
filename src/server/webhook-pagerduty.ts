import type { RequestHandler } from "express";
import { fromPagerDuty, pagerdutyIncident } from "../intake/pagerduty.ts";
import { pagerdutySigned } from "../intake/signatures.ts";
import { accept, refused, understood, unset } from "./accept.ts";
import type { ServerOptions } from "./options.ts";

/** PagerDuty waits 5 s; without details in time the alert is accepted with what its title says. */
const details = async ({ fetchAlerts, fetchAlertsMs = 2500, log }: ServerOptions, id: string): Promise<unknown[]> => {
  if (!fetchAlerts) return [];
  const deadline = AbortSignal.timeout(fetchAlertsMs);
  const late = Promise.withResolvers<never>();
  deadline.addEventListener("abort", () => late.reject(deadline.reason), { once: true });
  try {
    return await Promise.race([fetchAlerts(id, deadline), late.promise]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log("the details of a PagerDuty incident could not be read; its title is used", { id, why });
    return [];
  }
};

const deliveryId = (header: string | undefined): string | null =>
  header && header.length <= 200 ? `pagerduty:${header}` : null;

export const pagerdutyWebhook = (options: ServerOptions): RequestHandler => {
  const secrets = options.config.PAGERDUTY_WEBHOOK_SECRETS;
  return async (request, response) => {
    if (secrets.length === 0) throw unset("PAGERDUTY_WEBHOOK_SECRETS");
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!pagerdutySigned(request.header("x-pagerduty-signature"), body, secrets)) {
      throw refused("check PAGERDUTY_WEBHOOK_SECRETS against the subscription's secret");
    }
    const incident = understood(body, pagerdutyIncident);
    const alerts = incident === null ? [] : fromPagerDuty(incident, await details(options, incident.id));
    await accept(options, response, deliveryId(request.header("x-webhook-id")), alerts);
  };
};
