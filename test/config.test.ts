import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ConfigError, readConfig } from "../src/config.ts";
import { variableTable } from "../src/config-table.ts";

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

test("an empty environment is usable and listens on this machine only, without rights to change anything", () => {
  const config = readConfig({});

  expect(config).toMatchObject({ HOST: "127.0.0.1", PORT: 8080, NIGHTSHIFT_TOKENS: [], ALERTMANAGER_TOKEN: [] });
  expect(config).toMatchObject({
    NIGHTSHIFT_SETTLE_SECONDS: 30,
    NIGHTSHIFT_WATCH_SECONDS: 120,
    NIGHTSHIFT_APPROVAL_MINUTES: 60,
    NIGHTSHIFT_INCIDENT_MINUTES: 15,
  });
  expect(config.NIGHTSHIFT_POLICY).toBeUndefined();
  expect(config.dataDir.endsWith(join(".local", "share", "nightshift"))).toBe(true);
});

test("an empty variable counts as absent", () => {
  expect(readConfig({ PORT: "", PROMETHEUS_URL: " ", NIGHTSHIFT_MODEL: "" })).toEqual(readConfig({}));
});

test("every problem is named at once, each with its variable", () => {
  const problems = problemsOf({
    PORT: "web",
    DATABASE_URL: "mysql://db",
    PROMETHEUS_URL: "prometheus:9090",
    NIGHTSHIFT_TOKENS: "ana:owner:long-enough-token",
    NIGHTSHIFT_MODEL: "gpt-5",
    LOG_LEVEL: "loud",
  });

  expect(problems.map((problem) => problem.split(":")[0])).toEqual([
    "PORT",
    "DATABASE_URL",
    "PROMETHEUS_URL",
    "NIGHTSHIFT_TOKENS",
    "NIGHTSHIFT_MODEL",
    "LOG_LEVEL",
  ]);
});

test("a token never stands in the message about it", () => {
  expect(problemsOf({ NIGHTSHIFT_TOKENS: "ana:approver:hunter2" }).join()).not.toContain("hunter2");
});

test.each(["0.0.0.0", "10.0.0.7", "::", "nightshift.example"])("HOST %s needs tokens", (HOST) => {
  expect(problemsOf({ HOST })).toEqual([expect.stringMatching(/^HOST: .*NIGHTSHIFT_TOKENS/)]);
  expect(problemsOf({ HOST, NIGHTSHIFT_TOKENS: "ana:approver:long-enough-token" })).toEqual([]);
});

test.each(["127.0.0.1", "::1", "localhost"])("HOST %s needs none", (HOST) => {
  expect(problemsOf({ HOST })).toEqual([]);
});

test("half a pair is a problem", () => {
  expect(problemsOf({ SLACK_BOT_TOKEN: "x" })).toHaveLength(1);
  expect(problemsOf({ SLACK_CHANNEL: "C1" })).toHaveLength(1);
  expect(problemsOf({ PAGERDUTY_API_TOKEN: "x" })).toHaveLength(1);
  expect(problemsOf({ SLACK_BOT_TOKEN: "x", SLACK_CHANNEL: "C1" })).toEqual([]);
});

test("a model that could never answer is a problem", () => {
  expect(problemsOf({ NIGHTSHIFT_MODEL: "oracle:delphi" })).toEqual([
    expect.stringMatching(/^NIGHTSHIFT_MODEL: .*openai:/),
  ]);
  expect(problemsOf({ NIGHTSHIFT_MODEL: "openai:gpt-5" })).toEqual([expect.stringMatching(/^OPENAI_API_KEY: /)]);
  expect(problemsOf({ NIGHTSHIFT_MODEL: "openai:gpt-5", OPENAI_API_KEY: "k" })).toEqual([]);
  expect(problemsOf({ NIGHTSHIFT_MODEL: "azure:mine" })).toEqual([
    expect.stringMatching(/^AZURE_OPENAI_API_KEY: /),
    expect.stringMatching(/^AZURE_OPENAI_ENDPOINT: /),
  ]);
  const triage = { NIGHTSHIFT_TRIAGE_MODEL: "openai:gpt-5-nano", OPENAI_API_KEY: "k" };
  expect(problemsOf(triage)).toEqual([
    expect.stringMatching(/^NIGHTSHIFT_MODEL: needed beside NIGHTSHIFT_TRIAGE_MODEL/),
  ]);
  expect(problemsOf({ ...triage, NIGHTSHIFT_MODEL: "anthropic:claude", ANTHROPIC_API_KEY: "k" })).toEqual([]);
  expect(problemsOf({ NIGHTSHIFT_MODEL: "openai:own", OPENAI_BASE_URL: "http://127.0.0.1:11434/v1" })).toEqual([]);
});

test("a token may hold colons, several are split at commas", () => {
  const { NIGHTSHIFT_TOKENS } = readConfig({ NIGHTSHIFT_TOKENS: "ana:approver:a:b:c:d:e, bo:viewer:long-enough" });

  expect(NIGHTSHIFT_TOKENS).toEqual([
    { name: "ana", role: "approver", token: "a:b:c:d:e" },
    { name: "bo", role: "viewer", token: "long-enough" },
  ]);
});

test("the table names every variable that DESIGN promises and this version reads", () => {
  for (const name of ["HOST", "DATABASE_URL", "KUBECONFIG_WRITER", "NIGHTSHIFT_POLICY", "SLACK_API_URL"]) {
    expect(variableTable()).toContain(`  ${name} `);
  }
});

test("a .env file counts, and the environment wins over it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-env-"));
  try {
    await writeFile(join(folder, ".env"), "PORT=web\nLOG_LEVEL=loud\n");
    const bin = join(import.meta.dirname, "..", "bin", "nightshift");
    const env = { PATH: process.env.PATH, LOG_LEVEL: "error" };
    const run = promisify(execFile)(bin, ["serve"], { cwd: folder, env });

    const { stderr, code } = await run.then(
      () => ({ stderr: "", code: 0 }),
      (error: { stderr: string; code: number }) => error,
    );

    expect(code).toBe(2);
    expect(stderr).toContain("PORT: must be a number");
    expect(stderr).not.toContain("LOG_LEVEL");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what is told is signed, marked with a token, and a secret that looks like base64 is base64", () => {
  const url = "https://example.com/hook";
  const good = ["plain words", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];
  expect(
    good.flatMap((secret) => problemsOf({ NIGHTSHIFT_WEBHOOK_URL: url, NIGHTSHIFT_WEBHOOK_SECRET: secret })),
  ).toEqual([]);
  const bad = [
    { NIGHTSHIFT_WEBHOOK_URL: url },
    { NIGHTSHIFT_WEBHOOK_SECRET: "s" },
    { NIGHTSHIFT_WEBHOOK_URL: url, NIGHTSHIFT_WEBHOOK_SECRET: "whsec_not base64!" },
    { NIGHTSHIFT_WEBHOOK_URL: "ftp://example.com", NIGHTSHIFT_WEBHOOK_SECRET: "s" },
    { GRAFANA_URL: "https://grafana.example" },
    { GRAFANA_TOKEN: "glsa_1" },
    { PAGERDUTY_ESCALATION_POLICY: "../users" },
  ];
  expect(bad.map((environment) => problemsOf(environment).length)).toEqual(bad.map(() => 1));
});
