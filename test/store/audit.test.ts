import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { decidedRows, unlikeJournal } from "../../src/store/decisions-kept.ts";
import { append, read } from "../../src/store/journal.ts";
import { inSnapshot } from "../../src/store/transaction.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { subject } from "../support/incidents.ts";

const at = new Date("2026-11-23T02:00:00Z");

const node = (args: readonly string[], env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, ["src/cli.ts", ...args], { env: { ...process.env, ...env } });

/** Two incidents of five entries, as `audit export` prints them. */
const exported = async (): Promise<string[]> => {
  const db = await freshDatabase();
  for (const id of ["inc_1", "inc_2"]) {
    const fresh = { id, subject: { ...subject, name: id }, severity: "warning", graphVersion: 1 };
    await openIncidents(db.pool, [{ ...fresh, openedAt: at, deadlineAt: at }]);
    for (let n = 1; n <= 5; n++) {
      const entry = { kind: "step", actor: "gather", line: `entry ${n} of ${id}`, data: { n } };
      await append(db.pool, id, { at: at.toISOString(), ...entry });
    }
  }
  const { stdout } = await node(["audit", "export"], { DATABASE_URL: db.url });
  return stdout.trimEnd().split("\n");
};

const verify = async (lines: readonly string[], ...more: string[]): Promise<{ code: number; said: string }> => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "dump.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  try {
    const { stdout } = await node(["audit", "verify", "--file", file, ...more]);
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
};

const swapped = (lines: string[], a: number, b: number): string[] =>
  lines.map((line, n) => (n === a ? lines[b] : n === b ? lines[a] : line) ?? line);

test("a dump as it was exported holds", async () => {
  expect(await verify(await exported())).toMatchObject({ code: 0, said: expect.stringContaining("10 entries of 2") });
});

test.each([
  ["a changed line", (lines: string[]) => lines.map((line) => line.replace("entry 3 of inc_2", "entry 9 of inc_2")), 3],
  [
    "a changed person",
    (lines: string[]) => lines.map((line, n) => (n === 7 ? line.replace("gather", "eve") : line)),
    3,
  ],
  ["changed data", (lines: string[]) => lines.map((line, n) => (n === 7 ? line.replace('"n":3', '"n":4') : line)), 3],
  ["a removed line", (lines: string[]) => lines.filter((_, n) => n !== 7), 4],
  ["a removed first line", (lines: string[]) => lines.filter((_, n) => n !== 5), 2],
  ["a line inserted twice", (lines: string[]) => [...lines.slice(0, 8), ...lines.slice(7)], 3],
  [
    "a line of another incident",
    (lines: string[]) => [...lines.slice(0, 7), lines[2]?.replace("inc_1", "inc_2") ?? "", ...lines.slice(7)],
    3,
  ],
  ["two lines that changed places", (lines: string[]) => swapped(lines, 6, 7), 3],
])("%s is found", async (_what, harm, where) => {
  const { code, said } = await verify(harm(await exported()));

  expect(code).toBe(1);
  expect(said).toMatch(new RegExp(`inc_2: the chain breaks at entry ${where}`));
});

test.each([
  [
    "the last line of an incident",
    (lines: string[]) => lines.filter((_, n) => n !== 4),
    /inc_1: 4 entries are here, 5/,
  ],
  ["the last two lines", (lines: string[]) => lines.slice(0, 8), /inc_2: 3 entries are here, 5 were exported/],
  ["a whole incident", (lines: string[]) => lines.slice(0, 5), /the seal of the dump does not fit/],
  [
    "the end, and the counts made to fit",
    (lines: string[]) => lines.slice(0, 8).map((line, n) => (n < 5 ? line : line.replace('"of":5', '"of":3'))),
    /the seal of the dump does not fit/,
  ],
])("%s that is cut off is found", async (_what, harm, said) => {
  expect(await verify(harm(await exported()))).toMatchObject({ code: 1, said: expect.stringMatching(said) });
});

test.each([
  ["a line that went over to another incident's", (lines: string[]) => swapped(lines, 4, 5), /line 6 stands apart/],
  [
    "a field that nobody exported",
    (lines: string[]) => lines.map((line, n) => (n === 6 ? line.replace('{"inc', '{"approvedBy":"eve","inc') : line)),
    /line 7 is not as it was exported/,
  ],
  ["a line that is no entry", (lines: string[]) => [...lines, '{"x":1}'], /line 11 is not as it was exported/],
  [
    "half a line",
    (lines: string[]) => [...lines.slice(0, 9), lines[9]?.slice(0, 60) ?? ""],
    /line 10 is not as it was/,
  ],
])("%s is found, and where", async (_what, harm, said) => {
  expect(await verify(harm(await exported()))).toMatchObject({ code: 1, said: expect.stringMatching(said) });
});

test("a dump without a seal fails, unless it is said that it is of a build that wrote none", async () => {
  const bare = (await exported()).map((line) => {
    const { of: _of, seal: _seal, ...rest } = JSON.parse(line);
    return JSON.stringify(rest);
  });

  const said = expect.stringContaining("bears no seal");
  expect(await verify(bare)).toMatchObject({ code: 1, said });
  expect(await verify(bare.slice(0, -1))).toMatchObject({ code: 1, said });
  expect(await verify(bare, "--unsealed")).toMatchObject({ code: 0, said });
});

/** One incident whose question ana approved, another that policy decided, and what `audit verify` says of the database. */
const decided = async () => {
  const db = await freshDatabase();
  const iso = at.toISOString();
  for (const [id, by, via] of [
    ["inc_1", "ana", "slack"],
    ["inc_2", "policy", "policy"],
  ] as const) {
    const fresh = { id, subject: { ...subject, name: id }, severity: "warning", graphVersion: 1 };
    await openIncidents(db.pool, [{ ...fresh, openedAt: at, deadlineAt: at }]);
    const data = { planHash: "h", round: 1 };
    const told = { kind: "approval", actor: by, line: `approved by ${by} over ${via}: go` };
    await append(db.pool, id, {
      at: iso,
      ...(by === "policy" ? { kind: "intent", actor: "act", line: "begins" } : told),
      data,
    });
    await db.pool.query(
      `insert into nightshift.approvals (incident_id, round, plan_hash, requested_at, expires_at, state, decided_by, via, reason, decided_at)
       values ($1, 1, 'h', $2, $2, 'approved', $3, $4, $5, $2)`,
      [id, at, by, via, by === "policy" ? null : "go"],
    );
  }
  return async (sql: string): Promise<{ code: number; said: string }> => {
    await db.pool.query(sql);
    try {
      return { code: 0, said: (await node(["audit", "verify"], { DATABASE_URL: db.url })).stdout };
    } catch (error) {
      const { code, stdout } = error as { code: number; stdout: string };
      return { code, said: stdout };
    }
  };
};

const approvals = "update nightshift.approvals set";

test.each([
  ["nothing", "select 1", 0, /2 entries of 2 incidents: every chain holds/],
  [
    "a time by a microsecond",
    "update nightshift.journal set at = at + interval '1 microsecond'",
    1,
    /breaks at entry 1/,
  ],
  [
    "who decided",
    `${approvals} decided_by = 'eve' where incident_id = 'inc_1'`,
    1,
    /round 1 is approved by eve, and entry 1/,
  ],
  ["what was decided", `${approvals} state = 'void' where incident_id = 'inc_1'`, 1, /is void by ana, and entry 1/],
  ["why", `${approvals} reason = 'never' where incident_id = 'inc_1'`, 1, /entry 1 says otherwise/],
  ["why, to nothing", `${approvals} reason = null where incident_id = 'inc_1'`, 1, /entry 1 says otherwise/],
  ["why, to less", `${approvals} reason = 'g' where incident_id = 'inc_1'`, 1, /entry 1 says otherwise/],
  ["over what", `${approvals} via = 'sla' where incident_id = 'inc_1'`, 1, /entry 1 says otherwise/],
  [
    "the whole answer, away",
    "delete from nightshift.approvals where incident_id = 'inc_1'",
    1,
    /inc_1: entry 1 answers/,
  ],
  ["when", `${approvals} decided_at = decided_at + interval '1 hour' where incident_id = 'inc_1'`, 1, /says otherwise/],
  [
    "policy into a person",
    `${approvals} decided_by = 'ana', via = 'api' where incident_id = 'inc_2'`,
    1,
    /no entry says so/,
  ],
  [
    "a person into policy",
    `${approvals} decided_by = 'policy', via = 'policy' where incident_id = 'inc_1'`,
    1,
    /says otherwise/,
  ],
])("in the database, %s changed beside the chain", async (_what, sql, code, said) => {
  const verified = await decided();

  expect(await verified(sql)).toEqual({ code, said: expect.stringMatching(said) });
});

test("an audit sees one moment, whatever is decided meanwhile", async () => {
  await using db = await freshDatabase();
  const fresh = { id: "inc_1", subject, severity: "warning", graphVersion: 1 };
  await openIncidents(db.pool, [{ ...fresh, openedAt: at, deadlineAt: at }]);
  const decide = () =>
    db.pool.query(
      `insert into nightshift.approvals (incident_id, round, plan_hash, requested_at, expires_at, state, decided_by, via, decided_at)
       values ('inc_1', 1, 'h', now(), now(), 'approved', 'ana', 'api', now())`,
    );
  const seen = await inSnapshot(db.pool, async (tx) => {
    const journals = new Map([["inc_1", await read(tx, "inc_1")]]);
    await decide();
    return unlikeJournal(await decidedRows(tx), journals);
  });

  expect(seen).toEqual([]);
  // The control: read apart, the answer stands there without its entry.
  expect(unlikeJournal(await decidedRows(db.pool), new Map())).toHaveLength(1);
  await expect(inSnapshot(db.pool, (tx) => tx.query("delete from nightshift.approvals"))).rejects.toThrow(/read-only/);
});

test("policy's yes that an older build left behind a refused change is no answer without an entry; one without a word is", () => {
  const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
  const policy = { by: "policy", via: "policy", state: "approved", reason: null };
  const row = { incidentId: "inc_3", round: 1, planHash: "p", at: at(1), ...policy };
  const next = { ...row, round: 2, planHash: "q", at: at(5) };
  const entry = { seq: 1, kind: "step", actor: "act", previous: "", hash: "" };
  const found = (line: string, minute: number, rows = [row]) =>
    unlikeJournal(rows, new Map([["inc_3", [{ ...entry, line, at: at(minute) }]]]));
  const refused = "undo-rollout refused: 2 of 2 changes within this hour";
  const wordless = (round: number) => expect.stringMatching(new RegExp(`round ${round} .*no entry says so`));

  expect(found(refused, 1)).toEqual([]);
  expect(found("undo-rollout applied: it was done", 2)).toEqual([wordless(1)]);
  // What was refused before it was asked, and what was refused of another round, is no word on it.
  expect(found(refused, 0)).toEqual([wordless(1)]);
  expect(found(refused, 2, [row, next])).toEqual([wordless(2)]);
  expect(found(refused, 6, [row, next])).toEqual([wordless(1)]);
});
