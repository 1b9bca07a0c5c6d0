import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { openIntake } from "../../src/database.ts";
import type { Alert } from "../../src/incident/alert.ts";
import { newIncident } from "../../src/incident/incident.ts";
import { receive } from "../../src/responder/receive.ts";
import { countAlerts } from "../../src/store/alerts.ts";
import { readIncident } from "../../src/store/incidents.ts";
import { firstBreak, read } from "../../src/store/journal.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { alert, subject } from "../support/incidents.ts";
import { testQueue } from "../support/queue.ts";

const clock = { now: () => new Date("2026-11-23T02:00:10Z") };

const intakeOf = ({ url }: TestDatabase) => {
  const pool = openIntake({ url, onError: () => undefined });
  onTestFinished(() => pool.end());
  return pool;
};

const receiver = async (
  db: TestDatabase,
  subjectOf = async (_alert: Alert): Promise<typeof subject | null> => subject,
) =>
  receive({
    store: { pool: intakeOf(db), queue: await testQueue(db.url) },
    world: { clock },
    incidentMinutes: 15,
    subjectOf,
    redact: (one) => one,
  });

const counters = async (db: TestDatabase) =>
  (await db.pool.query<{ counter: string }>("select counter from nightshift.incidents")).rows.map(({ counter }) =>
    Number(counter),
  );

test("alerts of one subject join one incident, and a repeat changes nothing", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db);

  const [first] = await take({ id: null, alerts: [alert()] });
  const [second] = await take({ id: null, alerts: [alert({ fingerprint: "f2", name: "KubePodNotReady" })] });
  const [repeat] = await take({ id: null, alerts: [alert()] });

  expect([second, repeat]).toEqual([first, first]);
  expect(await countAlerts(db.pool, first ?? "")).toEqual({ total: 2, firing: 2 });
  expect(await counters(db)).toEqual([1]);
});

test("a delivery that comes twice is answered the same and stored once", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db);

  const ids = await take({ id: "webhook-1", alerts: [alert()] });
  const again = await take({ id: "webhook-1", alerts: [alert({ fingerprint: "never stored" })] });

  expect(again).toEqual(ids);
  expect(await countAlerts(db.pool, ids[0] ?? "")).toEqual({ total: 1, firing: 1 });
});

test("twenty deliveries at once open one incident", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db);

  const all = await Promise.all(
    Array.from({ length: 20 }, (_, n) => take({ id: `w${n}`, alerts: [alert({ fingerprint: `f${n}` })] })),
  );

  expect(new Set(all.flat()).size).toBe(1);
  expect(await countAlerts(db.pool, all[0]?.[0] ?? "")).toEqual({ total: 20, firing: 20 });
});

test("a resolve finds its incident and signals it; one that came first leaves nothing to open", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db);
  const [id] = await take({ id: null, alerts: [alert()] });

  expect(await take({ id: null, alerts: [alert({ status: "resolved" })] })).toEqual([id]);
  expect(await countAlerts(db.pool, id ?? "")).toEqual({ total: 2, firing: 0 });
  expect(await counters(db)).toEqual([2]);

  expect(await take({ id: null, alerts: [alert({ fingerprint: "early", status: "resolved" })] })).toEqual([]);
  expect(await take({ id: null, alerts: [alert({ fingerprint: "early" })] })).toEqual([]);
});

test("an alert without a subject is kept and opens nothing", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db, async () => null);

  expect(await take({ id: null, alerts: [alert({ name: "Watchdog" })] })).toEqual([]);
  expect((await db.pool.query("select 1 from nightshift.alerts")).rowCount).toBe(1);
});

test("what was answered is committed: the incident can be read by another connection", async () => {
  await using db = await freshDatabase();
  const [id] = await (await receiver(db))({ id: null, alerts: [alert()] });

  expect(await readIncident(db.pool, id ?? "")).toMatchObject({
    status: "investigating",
    subject,
    severity: "warning",
  });
});

const escalate = (db: TestDatabase, id: string, diagnosis: object) => {
  const state = newIncident({ id, subject, severity: "warning", openedAt: clock.now().toISOString(), alerts: [] });
  return db.pool.query("update nightshift.incidents set status = 'escalated', state = $2 where id = $1", [
    id,
    JSON.stringify({ ...state, diagnosis }),
  ]);
};

test("a new symptom of what nobody could explain makes its incident look again; the same one again does not", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db);
  const [first = ""] = await take({ id: null, alerts: [alert()] });
  await escalate(db, first, { kind: "unknown", missing: ["no rule matches"], candidates: [] });

  expect(await take({ id: null, alerts: [alert({ fingerprint: "again" })] })).toEqual([first]);
  expect(await counters(db)).toEqual([1]);
  const symptom = { fingerprint: "f2", name: "ContainerOOMKilled" };
  expect(await take({ id: null, alerts: [alert(symptom), alert({ fingerprint: "f3", name: "More" })] })).toEqual([
    first,
  ]);

  expect(await readIncident(db.pool, first)).toMatchObject({ status: "investigating", closedAt: null });
  expect(await counters(db)).toEqual([2]);
});

test("a NUL in what is on record keeps no alert out", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db);
  const [first = ""] = await take({ id: null, alerts: [alert({ summary: "before\0after" })] });
  await escalate(db, first, { kind: "unknown", missing: ["a log line with \0"], candidates: [] });

  expect(await take({ id: null, alerts: [alert({ fingerprint: "f2", name: "ContainerOOMKilled" })] })).toEqual([first]);
  expect((await readIncident(db.pool, first))?.status).toBe("investigating");
});

test("an escalated incident with a cause takes further symptoms in", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db);
  const [first = ""] = await take({ id: null, alerts: [alert()] });
  await escalate(db, first, {
    kind: "cause",
    class: "app-crash",
    statement: "it crashes",
    object: { kind: "Deployment", namespace: "shop", name: "api" },
    evidence: ["e1"],
    confidence: 0.9,
    by: "rules",
    scope: "isolated",
    disproof: "",
    related: [],
    alsoSeen: [],
    changes: [],
  });

  expect(await take({ id: null, alerts: [alert({ fingerprint: "f2", name: "KubePodNotReady" })] })).toEqual([first]);
});

test("two replicas that take the same alerts at once open one incident each subject, and keep each alert once", async () => {
  await using db = await freshDatabase();
  const subjectOf = async ({ labels }: Alert) => ({ ...subject, name: labels.app ?? subject.name });
  const replicas = [await receiver(db, subjectOf), await receiver(db, subjectOf)];
  const names = Array.from({ length: 12 }, (_, n) => `app-${n}`);

  const answers = await Promise.all(
    replicas.flatMap((take) =>
      names.map((app) => take({ id: `w-${app}`, alerts: [alert({ fingerprint: app, labels: { app } })] })),
    ),
  );

  expect(new Set(answers.flat()).size).toBe(12);
  expect((await db.pool.query("select 1 from nightshift.alerts")).rowCount).toBe(12);
  expect(await counters(db)).toEqual(names.map(() => 1));
});

test("batches side by side keep one incident a subject, and one chain an incident", async () => {
  await using db = await freshDatabase();
  const subjectOf = async ({ labels }: Alert) => ({ ...subject, name: labels.app ?? subject.name });
  const replicas = [await receiver(db, subjectOf), await receiver(db, subjectOf)];
  const severities = ["info", "warning", "critical"];

  const answers = await Promise.all(
    Array.from({ length: 96 }, (_, n) =>
      replicas[n % 2]?.({
        id: `w-${n}`,
        alerts: [
          alert({
            fingerprint: `f${n}`,
            severity: severities[n % 3] ?? "",
            labels: { app: `app-${n % 4}`, namespace: `n${n % 3}` },
          }),
        ],
      }),
    ),
  );

  const ids = [...new Set(answers.flat())];
  expect(ids).toHaveLength(4);
  for (const id of ids) {
    expect((await countAlerts(db.pool, id ?? "")).total).toBe(24);
    expect(firstBreak(id ?? "", await read(db.pool, id ?? ""))).toBeNull();
    expect((await readIncident(db.pool, id ?? ""))?.severity).toBe("critical");
  }
  expect(await counters(db)).toEqual([1, 1, 1, 1]);
});

test("an alert and its resolve that come at once are written in the order in which they came", async () => {
  await using db = await freshDatabase();
  const take = await receiver(db, async ({ labels }) => ({ ...subject, name: labels.app ?? subject.name }));
  const said = Array.from({ length: 24 }, (_, n) =>
    alert({ fingerprint: `f${n}`, labels: { app: `app-${n}`, namespace: `n${n}` } }),
  );

  const answers = await Promise.all(
    said.flatMap((one) => [
      take({ id: null, alerts: [one] }),
      take({ id: null, alerts: [{ ...one, status: "resolved" }] }),
    ]),
  );

  expect(answers.filter(({ length }) => length === 1)).toHaveLength(48);
  expect(new Set(answers.flat()).size).toBe(24);
});

test("an alert that joins a page in the batch that hands the page over goes on with its chain, at the first try", async () => {
  await using db = await freshDatabase();
  const page = { ...subject, namespace: null, kind: "PagerDutyIncident", name: "Q1" };
  let isRead = false;
  const take = await receiver(db, async ({ fingerprint }) => (isRead && fingerprint === "f1" ? subject : page));
  const [before = ""] = await take({ id: null, alerts: [alert()] });
  isRead = true;
  const said = vi.spyOn(pg.Client.prototype, "query");
  onTestFinished(() => said.mockRestore());

  const ids = await take({ id: null, alerts: [alert({ fingerprint: "f2", name: "More" }), alert()] });

  expect(ids).toEqual([before, expect.not.stringContaining(before)]);
  // Alone each of them is taken in any case, and a second try would hide what went wrong.
  expect(said.mock.calls.map(([text]) => text as unknown)).not.toContain("rollback");
  const chain = await read(db.pool, before);
  expect(chain.map(({ line }) => line)).toEqual([
    expect.stringMatching(/^KubePodCrashLooping firing, opened/),
    expect.stringMatching(/^its details could be read/),
    expect.stringMatching(/^closed/),
    expect.stringMatching(/^More firing/),
  ]);
  expect(firstBreak(before, chain)).toBeNull();
});
