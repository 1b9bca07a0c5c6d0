import { pagerdutyPager, resolvePage } from "../../src/adapters/pagerduty.ts";
import { pagerdutyDesk } from "../../src/adapters/pagerduty-desk.ts";
import { pagerdutyRest } from "../../src/adapters/pagerduty-rest.ts";
import type { Alert } from "../../src/incident/alert.ts";
import { touched } from "../../src/responder/by-person.ts";
import { type DeliverDeps, deliver } from "../../src/responder/deliver.ts";
import { receive } from "../../src/responder/receive.ts";
import { subjectFinder } from "../../src/subjects.ts";
import { openServer, pagerdutySignature, unset } from "../server/open-server.ts";
import { startFakePagerDuty } from "../support/fake-pagerduty.ts";
import { walkStory } from "./walking.ts";

export const from = "bot@example.com";
export const signal = new AbortController().signal;
const news = { follows: {}, desk: ["acknowledge", "resolve"] } as const;
export const ana = { type: "user_reference", id: "PANA", summary: "Ana" };
export const monitor = { type: "service_reference", id: "PSVC", summary: "Kubernetes" };

const underPagerDuty = (alert: Alert): Alert => ({
  ...alert,
  source: "pagerduty",
  fingerprint: `Q1:${alert.fingerprint}`,
  pagerdutyIncident: { id: "Q1", url: "" },
});

/** An incident that PagerDuty rings for; its webhooks come in over real HTTP with real signatures. */
export const night = async (
  story: "bad-rollout" | "missing-setting",
  change: (alert: Alert) => Alert = underPagerDuty,
  routingKey: string | null = null,
) => {
  const walking = await walkStory(story, {}, news, change);
  const pagerduty = await startFakePagerDuty();
  const incident = pagerduty.open("Q1");
  const rest = pagerdutyRest({ apiUrl: pagerduty.url, token: "t", from });
  const ends = routingKey === null ? null : resolvePage({ eventsUrl: pagerduty.url, routingKey, rest });
  const people: DeliverDeps = {
    ...walking.deps,
    clock: walking.cluster.clock,
    notifier: { post: async () => ({}) },
    pager: pagerdutyPager({ eventsUrl: pagerduty.url, routingKey, rest, from }),
    desk: pagerdutyDesk({ rest, clock: walking.cluster.clock, resolvePage: ends }),
  };
  const details: unknown[] = [];
  const server = await openServer(
    {
      receive: receive({
        ...walking.deps,
        incidentMinutes: 15,
        subjectOf: subjectFinder(walking.deps.world.cluster),
        redact: (alert) => alert,
      }),
      touched: touched(walking.deps),
    },
    {
      config: { ...unset, PAGERDUTY_WEBHOOK_SECRETS: ["s"] },
      alertPages: async function* () {
        yield details;
      },
    },
  );
  /** Everything that waits to be told. */
  const tell = async (): Promise<void> => {
    const { rows } = await walking.db.pool.query<{ key: string }>(
      "select key from nightshift.notices where version > sent_version order by incident_id, key",
    );
    for (const { key } of rows) await deliver(people)(key, signal);
  };
  let events = 0;
  const hook = async (type: string, agent: object | null, more: object = {}, again = false): Promise<number> => {
    if (!again) events += 1;
    const body = JSON.stringify({
      event: {
        id: `E${events}`,
        event_type: type,
        resource_type: "incident",
        agent,
        data: {
          id: "Q1",
          type: "incident",
          title: "t",
          created_at: "2026-11-22T14:58:00Z",
          html_url: "http://pd/Q1",
          ...more,
        },
      },
    });
    const headers = { "x-webhook-id": `W${events}`, ...pagerdutySignature(body, "s") };
    const response = await fetch(`${server.url}/webhooks/pagerduty`, { method: "POST", headers, body });
    return response.status;
  };
  const said = async (): Promise<string[]> => (await walking.journal()).map(({ line }) => line);
  const close = async (): Promise<void> => {
    await server.close();
    await pagerduty[Symbol.asyncDispose]();
  };
  return { walking, pagerduty, incident, details, people, tell, hook, said, [Symbol.asyncDispose]: close };
};
