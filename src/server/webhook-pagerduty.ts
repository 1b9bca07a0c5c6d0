import type { RequestHandler } from "express";
import type { Alert } from "../incident/alert.ts";
import {
  fromPagerDuty,
  type PagerDutyIncident,
  pagerdutyAcknowledged,
  pagerdutyData,
  pagerdutyIncident,
  pagerdutyMerge,
  pagerdutyPerson,
} from "../intake/pagerduty.ts";
import { ownPage, sentByOthers } from "../intake/pagerduty-own.ts";
import { pagerdutySigned } from "../intake/signatures.ts";
import type { Delivery, Touch } from "../responder/responder.ts";
import { accept, refused, understood, unset } from "./accept.ts";
import { HttpError } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

/** PagerDuty waits 5 s: what was read by then is taken, and without any of it what the title says. */
const details = async (
  { alertPages, alertPagesMs = 2500, log }: ServerOptions,
  id: string,
): Promise<{ read: unknown[]; unread: boolean }> => {
  if (!alertPages) return { read: [], unread: false };
  const deadline = AbortSignal.timeout(alertPagesMs);
  const late = Promise.withResolvers<never>();
  deadline.addEventListener("abort", () => late.reject(deadline.reason), { once: true });
  const found: unknown[] = [];
  let unread = false;
  const readAll = async (): Promise<void> => {
    for await (const page of alertPages(id, deadline)) found.push(...page);
  };
  try {
    await Promise.race([readAll(), late.promise]);
  } catch (error) {
    unread = true;
    const why = error instanceof Error ? error.message : String(error);
    const used = found.length === 0 ? "its title is used" : "what was read of them is used";
    log(`not all details of a PagerDuty incident could be read; ${used}`, { id, why, read: found.length });
  }
  return { read: [...found], unread };
};

/** What began or ended; nothing where only our own page did: what it is about we know. */
const heardIn = async (
  options: ServerOptions,
  incident: PagerDutyIncident | null,
): Promise<Pick<Delivery, "alerts" | "page">> => {
  if (incident === null) return { alerts: [] };
  const { read, unread } = await details(options, incident.id);
  const page = ownPage(incident.details, read);
  const others = sentByOthers(read);
  const onlyOurs = page.incidentIds.length > 0 && others.length === 0;
  return { alerts: onlyOurs ? [] : fromPagerDuty(incident, others, unread), page };
};

const touched = ({ responder, log }: ServerOptions, seen: Touch): Promise<string[]> =>
  responder.touched(seen).catch((error: unknown) => {
    log("an acknowledgement could not be stored", { why: String(error) }, "error");
    throw new HttpError(503, "not-stored", "it could not be stored", "send it again");
  });

/** The key of our page is in the webhook, or else in the details of what nothing else is known of. */
const acknowledged = async (options: ServerOptions, body: unknown, seen: Touch): Promise<string[]> => {
  const data = understood(body, pagerdutyData);
  const known = await touched(options, { ...seen, page: ownPage(data, []) });
  if (known.length > 0 || !options.alertPages) return known;
  const { read } = await details(options, seen.pagerdutyId);
  const page = ownPage(data, read);
  return page.incidentIds.length === 0 ? [] : touched(options, { ...seen, page });
};

const deliveryId = (header: string | undefined): string | null =>
  header && header.length <= 200 ? `pagerduty:${header}` : null;

const mergedInto = (alert: Alert, { id }: { id: string }): Alert => ({
  ...alert,
  summary: `merged into ${id} in PagerDuty, where it goes on`,
});

export const pagerdutyWebhook = (options: ServerOptions): RequestHandler => {
  const secrets = options.config.PAGERDUTY_WEBHOOK_SECRETS;
  return async (request, response) => {
    if (secrets.length === 0) throw unset("PAGERDUTY_WEBHOOK_SECRETS");
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!pagerdutySigned(request.header("x-pagerduty-signature"), body, secrets)) {
      throw refused("check PAGERDUTY_WEBHOOK_SECRETS against the subscription's secret");
    }
    const seen = understood(body, pagerdutyAcknowledged);
    if (seen !== null) return void response.status(202).json({ incidentIds: await acknowledged(options, body, seen) });
    const incident = understood(body, pagerdutyIncident);
    const isOver = incident?.status === "resolved";
    const person = isOver ? understood(body, pagerdutyPerson) : null;
    const goesOn = isOver ? understood(body, pagerdutyMerge) : null;
    const { alerts: heard, page } = await heardIn(options, incident);
    const alerts = goesOn === null ? heard : heard.map((one) => mergedInto(one, goesOn));
    const id = deliveryId(request.header("x-webhook-id"));
    await accept(options, response, {
      id,
      alerts,
      ...(page ? { page } : {}),
      ...(person ? { by: person.name } : {}),
      ...(goesOn ? { goesOn } : {}),
    });
  };
};
