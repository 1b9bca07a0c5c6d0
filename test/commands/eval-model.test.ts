import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readExpected } from "../../src/commands/eval/compare.ts";
import { markOf, modelSummary, tallyOf } from "../../src/commands/eval/model-score.ts";
import { noCost } from "../../src/incident/cost.ts";
import { newIncident } from "../../src/incident/incident.ts";
import { callsTools, type Heard, startFakeOpenAi } from "../support/fake-openai.ts";
import { subject } from "../support/incidents.ts";
import { nightshift } from "../support/nightshift.ts";

const world = join(import.meta.dirname, "../incidents/cache");
const [fault] = readExpected(world)?.faults ?? [];
const [kind = "", name = ""] = fault?.object.split("/") ?? [];
const folder = mkdtempSync(join(tmpdir(), "nightshift-eval-model-"));
afterAll(() => rmSync(folder, { recursive: true }));

const first = (heard: Heard): { evidence: string; quote: string } => {
  const [, evidence = "", quote = ""] =
    /\[(e[0-9a-f]{10})\] get \w+\/\S+\n([^;\n]{4,40})/.exec(JSON.stringify(heard.messages).replaceAll("\\n", "\n")) ??
    [];
  return { evidence, quote };
};
const concludes =
  (changes: object, invented: object[] = []) =>
  (heard: Heard) =>
    callsTools([
      "conclude",
      {
        outcome: "cause",
        class: fault?.class,
        object: { kind, namespace: "cache", name },
        claims: [{ text: "It is as it is.", ...first(heard) }, ...invented],
        confidence: 0.8,
        ...changes,
      },
    ]);
const right = concludes({});
const wrong = concludes({ class: "app-crash" });
const unsure = callsTools(["conclude", { outcome: "unknown", missing: ["more"] }]);
const embroidered = concludes({}, [{ text: "The disk is full.", evidence: "e0123456789", quote: "disk full" }]);

const environment = (url: string) => ({ OPENAI_BASE_URL: url, OPENAI_API_KEY: "k" });

test("a model is counted over worlds and times, and what it got wrong plays again, also under another model", async () => {
  const server = await startFakeOpenAi([right, wrong, unsure, embroidered]);
  const args = ["eval", world, "--model", "openai:one", "--times", "4", "--keep", folder, "--json"];

  const { code, stdout, stderr } = await nightshift(args, environment(server.url));
  server.close();

  expect([code, stderr]).toEqual([0, ""]);
  const { worlds, summary } = JSON.parse(stdout);
  const { kept, ...tally } = worlds[0].tallies[0];
  expect(tally).toMatchObject({
    object: fault?.object,
    times: 4,
    right: 2,
    confidentlyWrong: 1,
    unknown: 1,
    passAll: false,
    inputTokens: 100,
    rounds: 1,
    usd: null,
    struck: 1,
  });
  expect(summary).toMatchObject({ objects: 1, times: 4, right: 2, passAll: 0, inputTokens: 400, failed: 0 });
  expect(kept).toHaveLength(2);

  const again = await nightshift(["replay", kept[0], "--json"]);
  expect([again.code, JSON.parse(again.stdout).identical]).toEqual([0, true]);

  const other = await startFakeOpenAi([right]);
  const under = await nightshift(["replay", kept[0], "--model", "openai:two", "--json"], environment(other.url));
  other.close();
  const { divergence } = JSON.parse(under.stdout);
  expect(other.heard).toHaveLength(1);
  expect(divergence).toMatchObject({ node: "diagnose" });
  expect([divergence.expected, divergence.got]).toEqual([
    expect.stringContaining("app-crash"),
    expect.stringContaining(fault?.class ?? "no class"),
  ]);
}, 90_000);

// Put together at run time: no scanner takes them for real.
const token = (letter: string): string => ["gh", "p_", letter.repeat(3), "Q7xK2vR9mT4bN6wZ1cY8dF3gH5jL0pS2uV"].join("");

test("secrets in a recorded world reach neither the model nor its tape", async () => {
  const planted = join(folder, "planted");
  cpSync(world, planted, { recursive: true });
  const [ofObject, ofLog, ofAlert, ofMetric] = ["a", "b", "c", "d"].map(token);
  const plant = (file: string, from: string | RegExp, to: string): void => {
    const before = readFileSync(join(planted, file), "utf8");
    const after = before.replaceAll(from, to);
    expect(after).not.toBe(before);
    writeFileSync(join(planted, file), after);
  };
  plant("objects.json", '"python:3.12-slim"', `"python:3.12-slim","env":[{"name":"OF_OBJECT","value":"${ofObject}"}]`);
  for (const log of ["cache-warmer.log", "cache-warmer.previous.log"])
    plant(join("logs", "cache-warmer-6fc7d4455b-m9hbr", log), "starting,", `OF_LOG ${ofLog},`);
  plant("alertmanager.json", "OOM kill in", `OF_ALERT ${ofAlert}, OOM kill of cache-warmer in`);
  plant(
    "alertmanager.json",
    '"container": "cache-warmer"',
    '"container": "cache-warmer", "deployment": "cache-warmer"',
  );
  const labels = { pod: "cache-warmer-6fc7d4455b-m9hbr", container: `OF_METRIC ${ofMetric}` };
  const series = [{ labels, points: [[1_795_359_200, 60_000_000]] }];
  const metrics = ["container_memory_working_set_bytes", "kube_pod_container_resource_limits"];
  writeFileSync(join(planted, "metrics.json"), JSON.stringify(metrics.map((metric) => ({ metric, series }))));
  const server = await startFakeOpenAi([unsure]);

  const { code, stdout } = await nightshift(
    ["eval", planted, "--model", "openai:one", "--times", "1", "--keep", join(folder, "kept"), "--json"],
    environment(server.url),
  );
  server.close();

  expect(code).toBe(0);
  const [kept] = JSON.parse(stdout).worlds[0].tallies[0].kept;
  const tape = readdirSync(kept).map((name) => readFileSync(join(kept, name), "utf8"));
  for (const said of [JSON.stringify(server.heard), tape.join("\n")]) {
    // That what was planted got there at all is seen by what stands in its place.
    for (const place of ["OF_OBJECT", "OF_LOG", "OF_ALERT", "OF_METRIC"])
      expect(said).toMatch(new RegExp(`${place}[^\\n]{0,40}\\[redacted:`));
    for (const secret of [ofObject, ofLog, ofAlert, ofMetric]) expect(said).not.toContain(secret);
  }
}, 90_000);

const opened = newIncident({ id: "i", subject, severity: "warning", openedAt: "2026-11-27T00:00:00Z", alerts: [] });
const cause = (confidence: number) => ({
  kind: "cause" as const,
  class: "app-crash" as const,
  statement: "",
  object: { kind: "Deployment", namespace: "n", name: "a" },
  evidence: ["e1"],
  confidence,
  by: "model" as const,
  scope: "isolated" as const,
  disproof: "",
  related: [],
  alsoSeen: [],
  changes: [],
});

test.each([
  ["the right class on the right object", { object: "Deployment/a", classes: ["app-crash"] }, 0.7, "right"],
  ["the right class elsewhere", { object: "Deployment/b", classes: ["app-crash"] }, 0.7, "confidently wrong"],
  ["another class, not sure", { object: "Deployment/a", classes: ["app-hang"] }, 0.4, "wrong"],
  ["a cause on what is healthy", { object: "Deployment/a", classes: null }, 0.7, "confidently wrong"],
] as const)("%s", (_what, { object, classes }, confidence, mark) => {
  expect(markOf({ object, classes: classes && [...classes] }, cause(confidence))).toBe(mark);
});

test("right each time counts once for Pass^N, and an unknown price makes the sum unknown", () => {
  const cost = { ...noCost, calls: 2, inputTokens: 1_000, usd: 0.01 };
  const good = { ...opened, cost, diagnosis: cause(0.7) };
  const sought = { object: "Deployment/a", classes: ["app-crash"] };
  const passed = tallyOf(sought, [good, good], []);
  const dear = tallyOf(sought, [good, { ...good, cost: { ...cost, usd: null }, diagnosis: null }], []);

  expect(passed).toMatchObject({ passAll: true, usd: 0.01, rounds: 2 });
  expect(modelSummary([passed], 0)).toMatchObject({ right: 2, times: 2, passAll: 1, usd: 0.02, inputTokens: 2_000 });
  expect(modelSummary([passed, dear], 1)).toMatchObject({ right: 3, passAll: 1, usd: null, failed: 1 });
});

test("where nothing was named, the reason stands beside it", () => {
  const down = { kind: "unknown" as const, missing: ["the model could not be asked (unreachable)"], candidates: [] };
  const [of, to] = [
    { object: "Deployment/a", classes: ["app-crash"] },
    { ...opened, diagnosis: down },
  ];
  expect(tallyOf(of, [to, to], []).named).toEqual(["unknown (the model could not be asked (unreachable))"]);
});

test("exported incidents are no worlds to measure a model on, and it says what plays them", async () => {
  const exported = join(folder, "exported");
  mkdirSync(join(exported, "one"), { recursive: true });
  writeFileSync(join(exported, "one", "incident.json"), "{}");
  const { code, stderr } = await nightshift(
    ["eval", exported, "--model", "openai:x"],
    environment("http://127.0.0.1:9/v1"),
  );
  expect(code).not.toBe(0);
  expect(stderr).toContain("nightshift replay <incident> --model <model>");
});
