import { createHmac } from "node:crypto";
import { Registry } from "prom-client";
import type { Delivery, Responder } from "../../src/responder/responder.ts";
import { listen } from "../../src/server/listen.ts";
import type { ServerOptions } from "../../src/server/options.ts";
import { makeServer } from "../../src/server/server.ts";

const unasked = (name: string) => (): never => {
  throw new Error(`the test did not expect ${name} to be called`);
};

const responder: Responder = {
  receive: unasked("receive"),
  feedback: unasked("feedback"),
  decide: unasked("decide"),
  touched: unasked("touched"),
  list: unasked("list"),
  show: unasked("show"),
  timeline: unasked("timeline"),
  evidence: unasked("evidence"),
  evidenceList: unasked("evidenceList"),
  report: unasked("report"),
  stats: unasked("stats"),
  follow: unasked("follow"),
  replay: unasked("replay"),
  showReplay: unasked("showReplay"),
  postMortem: unasked("postMortem"),
};

export const unset = {
  NIGHTSHIFT_TOKENS: [],
  PAGERDUTY_WEBHOOK_SECRETS: [],
  ALERTMANAGER_TOKEN: [],
  GRAFANA_WEBHOOK_TOKEN: [],
};

/** The real server over a responder of which only `verbs` may be asked. */
export const openServer = async (verbs: Partial<Responder> = {}, changes: Partial<ServerOptions> = {}) => {
  const clock = { now: () => new Date(0) };
  const app = makeServer({
    config: unset,
    clock,
    log: () => undefined,
    metrics: new Registry(),
    ...changes,
    responder: { ...responder, ...verbs },
  });
  const server = await listen(app, "127.0.0.1", 0);
  return { ...server, [Symbol.asyncDispose]: server.close };
};

/** A responder's `receive` that remembers. */
export const keeping = () => {
  const deliveries: Delivery[] = [];
  const receive = async (delivery: Delivery): Promise<string[]> => {
    deliveries.push(delivery);
    return ["inc_1"];
  };
  return { deliveries, receive };
};

export const pagerdutySignature = (body: string, secret: string) => ({
  "x-pagerduty-signature": `v1=${createHmac("sha256", secret).update(body).digest("hex")}`,
});
