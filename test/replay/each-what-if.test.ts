import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { noCost } from "../../src/incident/cost.ts";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { Replay } from "../../src/incident/replay.ts";
import type { Model } from "../../src/ports/model.ts";
import { exportOf } from "../../src/replay/export.ts";
import { recordingOf } from "../../src/responder/recordings.ts";
import { read } from "../../src/store/journal.ts";
import { nightshift } from "../support/nightshift.ts";
import { behindReadinessGate } from "../support/readiness-gate.ts";
import { served } from "./served.ts";
import { type Night, walkNight } from "./stage.ts";

const exported = async ({ db, id }: Night): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-what-if-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const recording = await recordingOf(db.pool, id);
  if (recording === null) throw new Error("the incident is gone");
  for (const [name, text] of Object.entries(exportOf(recording, await read(db.pool, id))))
    writeFileSync(join(folder, name), text);
  return folder;
};

const overHttp = async (base: string, night: Night, changes: unknown): Promise<Replay> => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ mode: "what-if", changes });
  const made = await fetch(`${base}/incidents/${night.id}/replays`, { method: "POST", headers, body });
  expect(made.status).toBe(201);
  const { replayId } = (await made.json()) as { replayId: string };
  return (await (await fetch(`${base}/replays/${replayId}`)).json()) as Replay;
};

const overCli = async (folder: string, name: string, changes: unknown): Promise<Replay> => {
  const file = join(folder, `${name}.what-if.json`);
  writeFileSync(file, JSON.stringify(changes));
  const { code, stdout } = await nightshift(["replay", folder, "--what-if", file, "--json"]);
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

const lastOf = ({ steps }: Replay) => steps.findLast(({ got }) => got !== null)?.got?.node;

const mute: Model = {
  name: "test:mute",
  reply: async () => ({ calls: [], text: "no idea", finish: "stop", cost: { ...noCost, calls: 1 } }),
};

const found = (night: Night): Promise<Evidence[]> =>
  night.db.pool
    .query<{ id: string }>("select id from nightshift.evidence where incident_id = $1", [night.id])
    .then(({ rows }) =>
      Promise.all(rows.map(async ({ id }) => (await night.responder.evidence(night.id, id)) as Evidence)),
    );

test("each change parts from what was at the same step, whether it is asked over HTTP or of an exported folder", async () => {
  const night = await walkNight("missing-setting", { change: behindReadinessGate, model: mute });
  const [base, folder] = [`${await served(night)}/api`, await exported(night)];
  const alert = (await night.responder.show(night.id))?.alerts[0]?.name ?? "";
  const list = (await found(night)).find(({ question }) => question.ask === "list" && question.kind === "Pod");
  const look = { name: "describe", args: { kind: "Deployment", namespace: null, name: "payments-api" } };
  const page = `---\ntitle: Our own page\nalerts: [${alert}]\n---\n# Our own page\n\nAsk Bo.\n`;
  const changes: Record<string, { changes: unknown; node: string }> = {
    modelAnswer: { changes: { modelAnswer: { calls: [look], text: "" } }, node: "diagnose" },
    runbooks: { changes: { runbooks: { "own.md": page } }, node: "runbook-retrieve" },
    evidence: { changes: { evidence: { [list?.id ?? ""]: { kind: "no-data" } } }, node: "gather" },
  };

  for (const [name, { changes: changed, node }] of Object.entries(changes)) {
    const [http, cli] = await Promise.all([overHttp(base, night, changed), overCli(folder, name, changed)]);
    expect([name, http.status, http.divergence?.node, lastOf(http)]).toEqual([name, "done", node, "report"]);
    expect(cli.steps).toEqual(http.steps);
    expect(cli.divergence).toEqual(http.divergence);
  }
  // What the model would have looked at, nobody looked at then; the walk goes on and is told so.
  const curious = { name: "describe", args: { kind: "Deployment", namespace: null, name: "never-looked-at" } };
  const other = await overHttp(base, night, { modelAnswer: { calls: [curious], text: "" } });
  expect(other.notRecorded).toContainEqual(expect.objectContaining({ node: "gather", call: "cluster.get" }));
  expect(other.notRecorded[0]?.said).toContain("never-looked-at");
  expect(lastOf(other)).toBe("report");
}, 120_000);

test("rules, policy and decision part where they are asked, over HTTP and of an exported folder", async () => {
  const night = await walkNight("out-of-memory");
  const [base, folder] = [`${await served(night)}/api`, await exported(night)];
  const changes: Record<string, { changes: unknown; node: string }> = {
    rules: { changes: { rules: { without: ["memory"] } }, node: "diagnose" },
    policy: { changes: { policy: { mode: "observe" } }, node: "propose" },
    decision: { changes: { decision: { kind: "rejected", why: "not now" } }, node: "await-approval" },
  };

  for (const [name, { changes: changed, node }] of Object.entries(changes)) {
    const [http, cli] = await Promise.all([overHttp(base, night, changed), overCli(folder, name, changed)]);
    expect([name, http.status, http.divergence?.node, lastOf(http)]).toEqual([name, "done", node, "report"]);
    expect(cli.steps).toEqual(http.steps);
  }
}, 120_000);

test("an exported folder is a case of nightshift eval as it is, and fails when the expectation is another", async () => {
  const folder = await exported(await walkNight("out-of-memory"));
  const cases = mkdtempSync(join(tmpdir(), "nightshift-cases-"));
  onTestFinished(() => rmSync(cases, { recursive: true }));
  cpSync(folder, join(cases, "night-of-the-leak"), { recursive: true });
  const misjudged = join(cases, "misjudged");
  mkdirSync(misjudged);
  cpSync(folder, misjudged, { recursive: true });
  const expected = readFileSync(join(folder, "expected.json"), "utf8");
  writeFileSync(join(misjudged, "expected.json"), expected.replace(/"class": "[^"]+"/, '"class": "app-hang"'));

  const { code, stdout } = await nightshift(["eval", cases, "--json", "--bar", "1"]);

  const results = JSON.parse(stdout).cases as { name: string; diagnoses: object[]; comparison: object }[];
  const [wrong, right] = results;
  expect(JSON.parse(expected).faults).toHaveLength(1);
  expect(right).toMatchObject({ name: "night-of-the-leak", comparison: { missed: [], confused: [], falseAlarms: [] } });
  expect(right).toMatchObject({ plan: { actions: [{ verb: JSON.parse(expected).faults[0].action }] } });
  expect(right?.diagnoses).toHaveLength(1);
  expect(wrong).toMatchObject({ name: "misjudged", comparison: { confused: [{ expected: "app-hang" }] } });
  expect(code).toBe(1);
}, 120_000);
