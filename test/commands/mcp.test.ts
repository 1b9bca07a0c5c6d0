import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { openDatabase } from "../../src/database.ts";
import { append, read as readJournal } from "../../src/store/journal.ts";
import { inTransaction } from "../../src/store/transaction.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { walkNight } from "../replay/stage.ts";
import { dump } from "../security/dump.ts";
import { assistant } from "../support/assistant.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { fresh } from "../support/incidents.ts";

const bin = join(import.meta.dirname, "..", "..", "bin", "nightshift");
const url = (id: string, part = ""): string => `nightshift://incidents/${id}${part}`;

/** Every cell of our own tables; those of the queue change by themselves. */
const ours = async ({ pool }: TestDatabase): Promise<[string, string[]][]> =>
  [...(await dump(pool))].filter(([name]) => name.startsWith("nightshift."));

test("an assistant finds out what happened last night; every tool says that it only reads, and no row changes", async () => {
  const { id, db, responder } = await walkNight("bad-rollout");
  const before = await ours(db);
  const { client, ask, read } = await assistant({ DATABASE_URL: db.url });

  const { tools } = await client.listTools();
  expect(tools.map(({ annotations }) => annotations?.readOnlyHint)).toEqual(tools.map(() => true));
  expect(tools.map(({ inputSchema }) => inputSchema.additionalProperties)).toEqual(tools.map(() => false));
  const { about: listed } = await ask("list_incidents", { status: "resolved", subject: "storefront" });
  expect(listed).toMatchObject({ items: [{ id, status: "resolved", class: "image-not-found" }], cursor: null });
  const { about: incident } = await ask("get_incident", { incident: id });
  expect(incident).toMatchObject({ id, verdict: { kind: "recovered" }, decision: { by: "ana" } });
  const { evidence } = incident.diagnosis as { evidence: string[] };
  const cited = await ask("get_evidence", { incident: id, evidence: evidence[0] });
  expect(cited.about).toMatchObject({ id: evidence[0], answer: "found", nextOffset: null });
  expect(cited.text).toContain("storefront");
  expect((await ask("list_evidence", { incident: id })).about.total).toBeGreaterThan(5);
  expect((await ask("get_report", { incident: id })).text).toMatch(/^# /);
  expect((await ask("get_report", { incident: id, kind: "post-mortem" })).text).toContain("## Timeline");
  const timeline = (await ask("get_timeline", { incident: id, limit: 2 })).about;
  expect(timeline).toMatchObject({ items: [{ seq: 1 }, { seq: 2 }], nextAfter: 2 });
  expect((await ask("get_timeline", { incident: id, after: 2, limit: 1 })).about).toMatchObject({
    items: [{ seq: 3 }],
  });
  expect((await ask("get_stats")).about).toMatchObject({ incidents: 1, resolved: 1 });

  const { resources } = await client.listResources();
  expect(resources.map(({ uri }) => uri)).toContain(url(id, "/report"));
  expect(await read(url(id, "/report"))).toBe((await ask("get_report", { incident: id })).text);
  expect(await read(url(id, "/post-mortem"))).toContain("## Timeline");
  expect(JSON.parse(await read(url(id)))).toEqual(incident);
  expect(await read(url(id, `/evidence/${evidence[0]}`))).toBe(cited.text);
  expect(JSON.parse(await read("nightshift://incidents"))).toMatchObject({ items: [{ id }] });

  const wishes = { incident: id, decision: "approve", planHash: "h", correct: true };
  for (const { name } of tools) await ask(name, wishes);
  expect(await ours(db)).toEqual(before);
  await responder.feedback(
    id,
    { correct: true, class: null, note: null },
    { name: "ana", role: "approver", via: "api" },
  );
  expect(await ours(db)).not.toEqual(before);
});

test("one that holds many is listed with the first of them and how many more", async () => {
  await using db = await freshDatabase();
  const at = new Date();
  const child = (n: number) => {
    const one = fresh(at, `inc_c${n}`);
    return { ...one, subject: { ...one.subject, name: `victim-${n}` }, parentId: "inc_p" };
  };
  await openIncidents(db.pool, [fresh(at, "inc_p"), ...Array.from({ length: 60 }, (_, n) => child(n))]);
  const { ask, read } = await assistant({ DATABASE_URL: db.url });

  const { items } = (await ask("list_incidents", { subject: "/api" })).about as { items: { childIds: string[] }[] };
  expect(items.map(({ childIds }) => childIds.length)).toEqual([51]);
  expect(items[0]?.childIds.at(-1)).toBe("… and 10 more");
  expect(await read("nightshift://incidents")).toContain("… and 10 more");
});

test("its connections can change nothing at the server; others can", async () => {
  await using db = await freshDatabase();
  const config = readConfig({ DATABASE_URL: db.url });
  const insert = "insert into nightshift.settings (name, value) values ('x', 'y')";
  const [only, usual] = [
    await openDatabase(config, () => undefined, { migrate: false, readOnly: true }),
    await openDatabase(config, () => undefined, { migrate: false }),
  ];

  await expect(only.pool.query(insert)).rejects.toMatchObject({ code: "25006" });
  expect((await usual.pool.query(insert)).rowCount).toBe(1);

  await Promise.all([only.close(), usual.close()]);
});

test("what cannot be answered is said in words that help, and the next question is answered", async () => {
  await using db = await freshDatabase();
  await openIncidents(db.pool, [fresh(new Date("2026-01-02T03:04:00Z"))]);
  const { ask, read } = await assistant({ DATABASE_URL: db.url });

  expect(await ask("get_incident", { incident: "inc_9" })).toMatchObject({
    isError: true,
    text: "there is no incident inc_9; list_incidents says which there are",
  });
  expect((await ask("get_evidence", { incident: "inc_1", evidence: "e9" })).text).toContain("no evidence e9 of inc_1");
  expect((await ask("list_incidents", { status: "lost" })).text).toContain("escalated");
  expect((await ask("list_incidents", { cursor: "zzz" })).text).toContain("is no cursor");
  expect((await ask("list_incidents", { cursor: "" })).text).not.toContain("is no cursor");
  expect((await ask("approve_plan")).isError).toBe(true);
  await expect(read(url("inc_9", "/report"))).rejects.toThrow("there is no incident inc_9");
  await expect(read("nightshift://secrets")).rejects.toThrow("not found");
  expect((await ask("get_report", { incident: "inc_1" })).text).toContain("nothing is known yet");
  const night = { since: "2026-01-02T00:00:00Z", until: "2026-01-02T06:00:00Z" };
  expect((await ask("list_incidents", night)).about).toMatchObject({ items: [{ id: "inc_1" }] });
  expect((await ask("list_incidents", { since: night.until })).about).toMatchObject({ items: [] });
});

test("a database that is not there is said without naming it to the assistant, and is asked again the next time", async () => {
  const { ask, said } = await assistant({ DATABASE_URL: "postgres://nora:hunter2@127.0.0.1:1/nowhere" });

  const first = await ask("get_stats");
  const second = await ask("get_stats");

  expect([first, second].map(({ text }) => text)).toEqual(Array(2).fill("the database does not answer (ECONNREFUSED)"));
  expect(said.join("")).toContain("ECONNREFUSED");
  expect(said.join("")).not.toContain("hunter2");
});

test("long texts come in pages, and a secret that got in all the same does not get out", async () => {
  await using db = await freshDatabase();
  await openIncidents(db.pool, [fresh(new Date("2026-01-02T03:04:00Z"))]);
  await db.pool.query("update nightshift.incidents set last_error = $1", [`${"é😀".repeat(20_000)} end`]);
  const line = "somebody typed password=correct-horse-battery";
  await inTransaction(db.pool, (tx) =>
    append(tx, "inc_1", { at: "2026-01-02T03:05:00Z", kind: "approval", actor: "ana", line }),
  );
  const { ask, read } = await assistant({ DATABASE_URL: db.url });

  const pages: string[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const page = await ask("get_report", { incident: "inc_1", offset });
    pages.push(page.text);
    offset = page.about.nextOffset as number | null;
  }
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.join("")).toContain(`${"é😀".repeat(20_000)} end`);
  expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(20_000);
  expect(await read(url("inc_1", "/report"))).toMatch(/cut after \d+ of \d+ characters; get_report goes on/);
  expect((await readJournal(db.pool, "inc_1")).map((entry) => entry.line)).toContain(line);
  expect(JSON.stringify((await ask("get_timeline", { incident: "inc_1" })).about)).toMatch(/password=\[redacted:/);
});

test("stdout carries the protocol only, whatever is logged; it ends with stdin, after the last answer", async () => {
  await using db = await freshDatabase();
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: db.url, LOG_LEVEL: "debug" };
  const child = spawn(bin, ["mcp"], { env });
  const version = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };
  const messages = [
    { id: 1, method: "initialize", params: version },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: { name: "get_stats", arguments: {} } },
  ];

  child.stdin.end(`not json\n${messages.map((one) => JSON.stringify({ jsonrpc: "2.0", ...one })).join("\n")}\n`);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);

  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((one) => JSON.parse(one) as { jsonrpc: string; id: number });
  expect(lines.map(({ jsonrpc, id }) => [jsonrpc, id])).toEqual([
    ["2.0", 1],
    ["2.0", 2],
  ]);
  expect(stderr).toContain("the protocol had a problem");
  expect(code).toBe(0);
});
