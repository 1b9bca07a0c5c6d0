import type { Pool } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { openIntake } from "../../src/database.ts";
import { newIncident } from "../../src/incident/incident.ts";
import { receive } from "../../src/responder/receive.ts";
import { lockIncident } from "../../src/store/incidents.ts";
import { append, firstBreak, read } from "../../src/store/journal.ts";
import { inTransaction } from "../../src/store/transaction.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { alert, fresh, subject } from "../support/incidents.ts";
import { testQueue } from "../support/queue.ts";
import { untilWaiting } from "../support/until-waiting.ts";

const clock = { now: () => new Date("2026-11-23T02:00:10Z") };
const of = (app: string, name: string, changes = {}) =>
  alert({ fingerprint: name, name, labels: { app, namespace: "shop" }, ...changes });

const stage = async () => {
  const db = await freshDatabase();
  const queue = await testQueue(db.url);
  const replica = () => {
    const pool = openIntake({ url: db.url, onError: () => undefined });
    onTestFinished(() => pool.end());
    return receive({
      store: { pool, queue },
      world: { clock },
      incidentMinutes: 15,
      subjectOf: async ({ labels }) => ({ ...subject, name: labels.app ?? "" }),
      redact: (one) => one,
    });
  };
  return { db, replica };
};

test("what was opened while a delivery waited for a row is on record behind what a walk notes there meanwhile", async () => {
  const { db, replica } = await stage();
  await using _ = db;
  const [one, other] = [replica(), replica()];
  const [held = ""] = await one({ id: null, alerts: [of("y", "y1")] });
  const blocker = await db.pool.connect();
  await blocker.query("begin");
  await lockIncident(blocker, held);

  const late = one({ id: "d", alerts: [of("y", "y2"), of("x", "x1", { status: "resolved" })] });
  await untilWaiting(db.pool);
  const [opened = ""] = await other({ id: null, alerts: [of("x", "x1")] });
  const entry = { at: clock.now().toISOString(), kind: "step", actor: "nightshift", line: "looked" };
  const noted = Promise.withResolvers<void>();
  const walk = inTransaction(db.pool, async (tx) => {
    await lockIncident(tx, opened);
    await append(tx, opened, entry);
    noted.resolve();
    // The delivery goes on and comes to this row.
    await blocker.query("commit");
    await untilWaiting(db.pool);
  });
  await noted.promise;
  await walk;
  blocker.release();

  expect((await late).toSorted()).toEqual([held, opened].toSorted());
  const chain = await read(db.pool, opened);
  expect(chain.map(({ line }) => line.slice(0, 11))).toEqual(["x1 firing, ", "looked", "x1 resolved"]);
  expect(firstBreak(opened, chain)).toBeNull();
});

test("what joins one of those that a person's end lets go is told on that one's own card", async () => {
  const { db, replica } = await stage();
  await using _ = db;
  const take = replica();
  const rung = { source: "pagerduty" as const, pagerdutyIncident: { id: "Q1", url: "u" } };
  const [parent = ""] = await take({ id: null, alerts: [of("p", "Q1:x", rung)] });
  const [child = ""] = await take({ id: null, alerts: [of("c", "c1")] });
  const first = { id: child, severity: "warning", openedAt: clock.now().toISOString(), alerts: [of("c", "c1")] };
  const state = newIncident({ ...first, subject: { ...subject, name: "c" } });
  await db.pool.query("update nightshift.incidents set held = true, parent_id = $2, state = $3 where id = $1", [
    child,
    parent,
    JSON.stringify(state),
  ]);
  for (const id of [parent, child]) await putCard(db.pool, id);

  await take({ id: "d", by: "ana", alerts: [of("p", "Q1:x", { ...rung, status: "resolved" }), of("c", "c2")] });

  const { rows } = await db.pool.query<{ besides: string[] }>(
    "select body->'besides' as besides from nightshift.notices where key = $1",
    [`card:${child}`],
  );
  expect(rows[0]?.besides).toEqual(["Joined since this was written: c2."]);
});

test("a parent whose walk puts its first card while an alert joins a child of it is told of on that card", async () => {
  const { db, replica } = await stage();
  await using _ = db;
  const take = replica();
  const [parent = ""] = await take({ id: null, alerts: [of("p", "p1")] });
  const [child = ""] = await take({ id: null, alerts: [of("c", "c1")] });
  await db.pool.query("update nightshift.incidents set held = true, parent_id = $2 where id = $1", [child, parent]);
  const blocker = await db.pool.connect();
  await blocker.query("begin");
  await openIncidents(blocker, [fresh(clock.now(), "inc_other")]);

  const joins = take({ id: "d", alerts: [of("c", "c2", { severity: "critical" }), of(subject.name, "x1")] });
  await untilWaiting(db.pool);
  await putCard(db.pool, parent);
  await blocker.query("rollback");
  blocker.release();
  await joins;

  const { rows } = await db.pool.query<{ title: string }>(
    "select body->>'title' as title from nightshift.notices where key = $1",
    [`card:${parent}`],
  );
  expect(rows[0]?.title).toBe("CRITICAL x");
});

const putCard = (pool: Pool, id: string) => {
  const told = { key: `card:${id}`, incidentId: id, channel: "card", severity: "warning", besides: [], decision: null };
  const card = { ...told, title: "WARNING x", text: "t", link: "http://x", pagerdutyIncident: null };
  return pool.query("insert into nightshift.notices (key, incident_id, channel, body) values ($1, $2, 'card', $3)", [
    card.key,
    id,
    JSON.stringify(card),
  ]);
};
