import type pg from "pg";
import { expect, test } from "vitest";
import { statsOf } from "../../src/incident/stats.ts";
import { takeUp } from "../../src/store/families.ts";
import { reopenAll } from "../../src/store/reopen.ts";
import { readCases } from "../../src/store/stats.ts";
import { freshDatabase } from "../support/database.ts";

const day = "2026-05-04";
const at = (clock: string): string => `${day}T${clock}Z`;

interface Night {
  id: string;
  status: string;
  class: string | null;
  /** Clock times of that day. */
  opened: string;
  diagnosed?: string;
  decided?: [state: string, when: string];
  recovered?: string;
  paged?: string;
  alerts: number;
  correct?: boolean;
  tokens?: number;
}

// The week begins on the 4th; each line can be counted by eye.
const nights: Night[] = [
  {
    id: "a",
    status: "resolved",
    class: "oom-limit-too-low",
    opened: "01:00:00",
    diagnosed: "01:00:02",
    decided: ["approved", "01:01:00"],
    recovered: "01:03:00",
    alerts: 2,
    correct: true,
  },
  {
    id: "b",
    status: "resolved",
    class: "oom-limit-too-low",
    opened: "02:00:00",
    diagnosed: "02:00:04",
    recovered: "02:02:00",
    alerts: 1,
  },
  {
    id: "c",
    status: "escalated",
    class: "app-crash",
    opened: "03:00:00",
    diagnosed: "03:00:06",
    decided: ["rejected", "03:10:00"],
    paged: "03:10:01",
    alerts: 3,
    correct: false,
    tokens: 700,
  },
  {
    id: "d",
    status: "escalated",
    class: "unknown",
    opened: "04:00:00",
    diagnosed: "04:00:30",
    paged: "04:00:31",
    alerts: 1,
    tokens: 300,
  },
  { id: "e", status: "dismissed", class: "control-healthy", opened: "05:00:00", diagnosed: "05:00:01", alerts: 4 },
  {
    id: "f",
    status: "resolved",
    class: "image-not-found",
    opened: "06:00:00",
    diagnosed: "06:00:08",
    decided: ["approved", "06:05:00"],
    recovered: "06:09:00",
    alerts: 1,
  },
  {
    id: "g",
    status: "resolved",
    class: "image-not-found",
    opened: "07:00:00",
    diagnosed: "07:00:10",
    recovered: "07:04:00",
    alerts: 1,
  },
  {
    id: "h",
    status: "resolved",
    class: "dns-failure",
    opened: "08:00:00",
    diagnosed: "08:00:12",
    recovered: "08:20:00",
    alerts: 1,
  },
];

const stateOf = ({ class: name, recovered, tokens = 0 }: Night): object => ({
  diagnosis: name === "unknown" ? { kind: "unknown" } : { kind: "cause", class: name },
  verdict: recovered === undefined ? null : { kind: "recovered", at: at(recovered) },
  cost: { calls: tokens > 0 ? 1 : 0, inputTokens: tokens, outputTokens: 0, usd: tokens / 1_000 },
});

const plant = async (pool: pg.Pool, night: Night): Promise<void> => {
  const { id } = night;
  await pool.query(
    `insert into nightshift.incidents (id, cluster, subject_key, subject, severity, status, graph_version, opened_at, closed_at, deadline_at, state, paged_at)
     values ($1, 'c', $1, '{}', 'warning', $2, 1, $3, $4, $3, $5, $6)`,
    [
      id,
      night.status,
      at(night.opened),
      at("23:00:00"),
      JSON.stringify(stateOf(night)),
      night.paged ? at(night.paged) : null,
    ],
  );
  for (let number = 0; number < night.alerts; number++)
    await pool.query(
      "insert into nightshift.alerts (incident_id, episode, status, body, received_at) values ($1, $2, 'firing', '{}', $3)",
      [id, `${id}${number}`, at(night.opened)],
    );
  await pool.query(
    "insert into nightshift.journal (incident_id, seq, at, kind, actor, line, previous, hash) values ($1, 1, $2, 'step', 'diagnose', '', '', $1)",
    [id, at(night.diagnosed ?? night.opened)],
  );
  if (night.decided)
    await pool.query(
      "insert into nightshift.approvals (incident_id, round, plan_hash, requested_at, expires_at, state, decided_at) values ($1, 1, 'h', $2, $2, $3, $4)",
      [id, at(night.opened), night.decided[0], at(night.decided[1])],
    );
  if (night.correct !== undefined)
    await pool.query("insert into nightshift.feedback (incident_id, at, said_by, correct) values ($1, $2, 'ana', $3)", [
      id,
      at("22:00:00"),
      night.correct,
    ]);
};

const counted = async (pool: pg.Pool, statement: string): Promise<number> =>
  Number((await pool.query<{ count: string }>(statement)).rows[0]?.count);

test("each number is the one that is counted by hand, and by plain SQL", async () => {
  await using db = await freshDatabase();
  for (const night of nights) await plant(db.pool, night);

  await db.pool.query(
    "insert into nightshift.alerts (incident_id, episode, status, body, received_at) values ('a', 'a0', 'resolved', '{}', $1)",
    [at("01:03:00")],
  );

  const found = statsOf(await readCases(db.pool), new Date(at("23:30:00")));

  expect(found).toMatchObject({
    // That one of them is over is no alert more.
    alerts: 14,
    incidents: 8,
    noiseDismissed: 1,
    // All but d, which is unknown, and c, which a person called wrong.
    diagnosedWithoutPerson: 6,
    resolved: 5,
    // b, g and h: neither a question nor a page.
    resolvedWithoutWaking: 3,
    escalated: 2,
    approvals: { given: 2, refused: 1 },
    feedback: { right: 1, wrong: 1 },
    model: { calls: 2, tokens: 1_000, usd: 1 },
    seconds: {
      // 1 2 4 8 10 12
      toDiagnosis: { p50: 4, p90: 12, of: 6 },
      // 60, 300 and 600: three are no percentile.
      toDecision: { p50: null, p90: null, of: 3 },
      // 120 180 240 540 1200
      toRecovery: { p50: 240, p90: 1_200, of: 5 },
    },
  });
  expect(found.byClass["oom-limit-too-low"]).toMatchObject({ incidents: 2, resolved: 2, resolvedWithoutWaking: 1 });
  expect(found.byClass["oom-limit-too-low"]?.seconds.toRecovery).toMatchObject({ p50: null, of: 2 });
  expect(Object.keys(found.byWeek)).toEqual([day]);
  // a b e f g h of 8.
  expect(found.targets[0]).toMatchObject({ met: true, now: "75 % of 8" });
  expect(found.targets[1]).toMatchObject({ met: true, now: "p50 4.0 min, p90 20.0 min of 5" });

  const { pool } = db;
  expect(found.alerts).toBe(await counted(pool, "select count(distinct episode) from nightshift.alerts"));
  expect(found.resolved).toBe(
    await counted(pool, "select count(*) from nightshift.incidents where status = 'resolved'"),
  );
  expect(found.resolvedWithoutWaking).toBe(
    await counted(
      pool,
      `select count(*) from nightshift.incidents i left join nightshift.approvals a on a.incident_id = i.id
       where status = 'resolved' and paged_at is null and a.incident_id is null`,
    ),
  );
  expect(found.approvals.given).toBe(
    await counted(pool, "select count(*) from nightshift.approvals where state = 'approved'"),
  );
  expect(found.feedback.wrong).toBe(await counted(pool, "select count(*) from nightshift.feedback where not correct"));
  expect(found.seconds.toRecovery.p50).toBe(
    await counted(
      pool,
      `select percentile_disc(0.5) within group (order by extract(epoch from (state #>> '{verdict,at}')::timestamptz - opened_at)) as count
       from nightshift.incidents where state #>> '{verdict,kind}' = 'recovered'`,
    ),
  );
});

test("of few incidents it says how few there are", async () => {
  await using db = await freshDatabase();
  for (const night of nights.slice(0, 2)) await plant(db.pool, night);

  const found = statsOf(await readCases(db.pool), new Date(at("23:30:00")));

  expect(found.targets.map(({ met }) => met)).toEqual([null, null]);
  expect(found.targets[0]?.now).toContain("too few incidents: 2");
});

test("what the model cost before an incident came back still counts, and once when its walk goes on counting", async () => {
  await using db = await freshDatabase();
  for (const night of nights.filter(({ id }) => id === "c" || id === "d")) await plant(db.pool, night);
  const spent = async () => statsOf(await readCases(db.pool), new Date(at("23:30:00"))).model;
  const again = (): Promise<void> =>
    reopenAll(db.pool, new Map([["c", null]]), new Date(at("23:01:00")), new Date(at("23:16:00")));
  const whole = { calls: 2, tokens: 1_000, usd: 1 };

  await again();
  expect(await spent()).toMatchObject(whole);
  await takeUp(db.pool, "c", new Date(at("23:02:00")));
  await db.pool.query("update nightshift.incidents set closed_at = $1 where id = 'c'", [at("23:05:00")]);
  await again();
  expect(await spent()).toMatchObject(whole);

  // Its walk has begun with what was spent, and spent another 50.
  const cost = { calls: 2, inputTokens: 750, outputTokens: 0, usd: 0.75 };
  await db.pool.query("update nightshift.incidents set state = $1 where id = 'c'", [JSON.stringify({ cost })]);
  expect(await spent()).toMatchObject({ calls: 3, tokens: 1_050, usd: 1.05 });
});

test("the time to a diagnosis ends when something is made of it, and begins anew with the walk", async () => {
  await using db = await freshDatabase();
  const [night] = nights;
  if (night === undefined) throw new Error("no night");
  await plant(db.pool, night);
  let seq = 1;
  const step = (actor: string, clock: string) =>
    db.pool.query(
      "insert into nightshift.journal (incident_id, seq, at, kind, actor, line, previous, hash) values ('a', $1, $2, 'step', $3, '', '', $3)",
      [++seq, at(clock), actor],
    );
  const diagnosedAt = async () => (await readCases(db.pool))[0]?.diagnosedAt?.slice(11, 19);

  // Control: of several looks before anything is made of it, the last one.
  await step("gather", "01:00:03");
  await step("diagnose", "01:00:04");
  expect(await diagnosedAt()).toBe("01:00:04");
  await step("runbook-retrieve", "01:00:05");
  await step("propose", "01:00:06");
  await step("diagnose", "01:02:00");
  expect(await diagnosedAt()).toBe("01:00:04");

  await db.pool.query("update nightshift.incidents set reopened_at = $1", [at("02:00:00")]);
  expect(await diagnosedAt()).toBe(undefined);
  await step("diagnose", "02:00:07");
  await step("runbook-retrieve", "02:00:08");
  await step("diagnose", "02:01:00");
  expect(await diagnosedAt()).toBe("02:00:07");

  await db.pool.query("update nightshift.incidents set deadline_from = $1", [at("03:00:00")]);
  await step("diagnose", "03:00:09");
  expect(await diagnosedAt()).toBe("03:00:09");
});
