import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import { receive } from "../../src/responder/receive.ts";
import { alertsOf, countAlerts } from "../../src/store/alerts.ts";
import { readIncident } from "../../src/store/incidents.ts";
import { freshDatabase } from "../support/database.ts";
import { alert, subject } from "../support/incidents.ts";
import { testQueue } from "../support/queue.ts";

const minute = 60_000;

/** One incident, closed at minute 0 with this status although its alert fires. */
const closedWhileFiring = async (status: "resolved" | "dismissed") => {
  const db = await freshDatabase();
  const closedAt = Date.parse("2026-11-23T02:00:00Z");
  let now = closedAt - 5 * minute;
  let atOnce = 0;
  const seen = { most: 0 };
  const take = receive({
    store: { pool: db.pool, queue: await testQueue(db.url) },
    world: { clock: { now: () => new Date(now) } },
    incidentMinutes: 15,
    subjectOf: async () => {
      seen.most = Math.max(seen.most, ++atOnce);
      await new Promise(setImmediate);
      atOnce--;
      return subject;
    },
    redact: (one) => one,
  });
  const [first = ""] = await take({ id: null, alerts: [alert()] });
  await db.pool.query("update nightshift.incidents set status = $2, closed_at = $3 where id = $1", [
    first,
    status,
    new Date(closedAt),
  ]);
  const after = async (minutes: number, changes: Partial<Alert> = {}): Promise<string[]> => {
    now = closedAt + minutes * minute;
    return take({ id: null, alerts: [alert(changes)] });
  };
  return { db, first, after, take, seen };
};

test.each(["resolved", "dismissed"] as const)(
  "an alert that still fires a while after its incident was %s opens that one again, once",
  async (status) => {
    const { db, first, after } = await closedWhileFiring(status);

    expect(await after(11)).toEqual([first]);
    expect(await after(12)).toEqual([first]);

    const { rows } = await db.pool.query("select id, status, closed_at, counter from nightshift.incidents");
    expect(rows).toEqual([{ id: first, status: "investigating", closed_at: null, counter: "2" }]);
    expect(await countAlerts(db.pool, first)).toEqual({ total: 1, firing: 1 });
    const journal = await db.pool.query("select line from nightshift.journal where incident_id = $1 order by seq", [
      first,
    ]);
    expect(journal.rows.map(({ line }) => line).slice(1)).toEqual([
      expect.stringMatching(/ firing: /),
      "reopened: it fires again",
    ]);
    expect(await after(40, { status: "resolved" })).toEqual([first]);
    expect(await countAlerts(db.pool, first)).toEqual({ total: 2, firing: 0 });
  },
);

test.each(["resolved", "dismissed"] as const)(
  "an alert that still fires long after its incident was %s opens another one, once",
  async (status) => {
    const { db, first, after } = await closedWhileFiring(status);

    const [second = ""] = await after(31);

    expect(second).not.toBe(first);
    expect(await after(32)).toEqual([second]);
    expect(await readIncident(db.pool, second)).toMatchObject({ status: "investigating", closedAt: null });
    expect(await countAlerts(db.pool, second)).toEqual({ total: 1, firing: 1 });
    expect(await alertsOf(db.pool, first, 10)).toHaveLength(1);
    const signalled = await db.pool.query("select counter from nightshift.incidents where id = $1", [second]);
    expect(signalled.rows).toEqual([{ counter: "1" }]);
  },
);

test.each([11, 31])("repeats at once after %d minutes open one incident", async (minutes) => {
  const { db, after } = await closedWhileFiring("dismissed");

  const ids = (await Promise.all(Array.from({ length: 8 }, () => after(minutes)))).flat();

  expect(new Set(ids).size).toBe(1);
  expect(await countAlerts(db.pool, ids[0] ?? "")).toEqual({ total: 1, firing: 1 });
});

test("an alert that only looks back does not reopen what was just proven healthy", async () => {
  const { first, after } = await closedWhileFiring("resolved");

  expect(await after(9)).toEqual([first]);
});

test("a late copy of an alert that has resolved opens nothing", async () => {
  const { first, after } = await closedWhileFiring("resolved");
  await after(4, { status: "resolved" });

  expect(await after(60)).toEqual([first]);
});

test("the resolve of an alert that fired in two incidents ends it in the newer one", async () => {
  const { db, first, after } = await closedWhileFiring("resolved");
  const [second = ""] = await after(31);

  expect(await after(33, { status: "resolved" })).toEqual([second]);
  expect(await countAlerts(db.pool, second)).toEqual({ total: 2, firing: 0 });
  expect(await after(34)).toEqual([second]);
  expect(second).not.toBe(first);
});

test("a delivery of hundreds asks the cluster for a few subjects at a time", async () => {
  const { take, seen } = await closedWhileFiring("resolved");

  await take({ id: null, alerts: Array.from({ length: 100 }, (_, n) => alert({ fingerprint: `many ${n}` })) });

  expect(seen.most).toBe(8);
});
