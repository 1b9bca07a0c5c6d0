import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import { receive } from "../../src/responder/receive.ts";
import { countAlerts } from "../../src/store/alerts.ts";
import { freshDatabase } from "../support/database.ts";
import { alert, subject } from "../support/incidents.ts";
import { testQueue } from "../support/queue.ts";

const clock = { now: () => new Date("2026-11-23T02:00:10Z") };
const under = (id: string, changes: Partial<Alert> = {}): Alert =>
  alert({ source: "pagerduty", fingerprint: id, pagerdutyIncident: { id, url: "" }, ...changes });

test("one resolved message ends every alert of its PagerDuty incident, and no other", async () => {
  await using db = await freshDatabase();
  const subjectOf = async ({ labels }: Alert) => ({ ...subject, name: labels.app ?? subject.name });
  const take = receive({
    store: { pool: db.pool, queue: await testQueue(db.url) },
    world: { clock },
    incidentMinutes: 15,
    subjectOf,
    redact: (one) => one,
  });
  const labels = { namespace: "shop", app: "cart" };
  const [api = "", cart = ""] = await take({
    id: null,
    alerts: [under("Q1"), under("Q1", { fingerprint: "Q1:a" }), under("Q1", { fingerprint: "Q1:b", labels })],
  });
  await take({ id: null, alerts: [under("Q12", { fingerprint: "Q12:a", pagerdutyIncident: { id: "Q12", url: "" } })] });
  expect([await countAlerts(db.pool, api), await countAlerts(db.pool, cart)]).toMatchObject([
    { firing: 3 },
    { firing: 1 },
  ]);

  const touched = await take({ id: null, alerts: [under("Q1", { status: "resolved" })] });

  expect(touched.sort()).toEqual([api, cart].sort());
  expect(await countAlerts(db.pool, api)).toMatchObject({ firing: 1 });
  expect(await countAlerts(db.pool, cart)).toMatchObject({ firing: 0 });
  expect(await take({ id: null, alerts: [under("Q1", { status: "resolved" })] })).toEqual([api]);
});
