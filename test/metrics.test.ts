import { expect, test } from "vitest";
import { metricsOf } from "../src/metrics.ts";
import { gaugesOf } from "../src/store/gauges.ts";
import { openIncidents } from "../src/store/ward.ts";
import { freshDatabase } from "./support/database.ts";
import { subject } from "./support/incidents.ts";

test("a scrape shows incidents by status and notices that nobody got", async () => {
  await using db = await freshDatabase();
  const registry = metricsOf({ ...gaugesOf(db.pool), newerMigrations: async () => 2 });
  expect(await registry.metrics()).toContain('nightshift_incidents{status="investigating"} 0');

  const openedAt = new Date("2026-11-23T02:00:00Z");
  const fresh = { id: "inc_1", subject, severity: "warning", graphVersion: 1, openedAt, deadlineAt: openedAt };
  await openIncidents(db.pool, [fresh]);
  await db.pool.query(
    `insert into nightshift.notices (key, incident_id, channel, body, version, sent_version, last_error)
     values ('a', 'inc_1', 'page', '{}', 1, 0, 'no answer'), ('b', 'inc_1', 'card', '{}', 2, 1, null),
       ('c', 'inc_1', 'card', '{}', 1, 1, null)`,
  );

  const text = await registry.metrics();
  expect(text).toContain("nightshift_newer_migrations 2");
  expect(text).toContain('nightshift_incidents{status="investigating"} 1');
  expect(text).toContain('nightshift_notices{state="waiting"} 2');
  expect(text).toContain('nightshift_notices{state="failing"} 1');
});
