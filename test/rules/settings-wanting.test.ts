import { describe, expect, test } from "vitest";
import { commandLine } from "../../src/rules/logs/command-line.ts";
import { lackIn, peerInLog } from "../../src/rules/logs/missing.ts";
import { uncaughtIn } from "../../src/rules/logs/uncaught.ts";
import { foundIn } from "./changed.ts";
import { inFrameworks } from "./wanting-in-frameworks.ts";
import { inPrograms } from "./wanting-in-programs.ts";

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

const wanting = [...inPrograms, ...inFrameworks];

describe("a setting that is wanting", () => {
  test.each(wanting)("%s", (name, log) => {
    expect(uncaughtIn(linesOf(log))?.lack).toMatchObject({ kind: "variable", name });
  });

  test("what else is missing is told with it", () => {
    const [, log] = wanting.find(([name]) => name === "database_url") ?? [];

    expect(uncaughtIn(linesOf(log ?? ""))?.lack).toMatchObject({ name: "database_url", also: ["redis_url"] });
  });
});

describe("no setting is wanting", () => {
  test.each([
    [
      "a column that is called as a variable might be",
      "export.ExportError: column EXPORT_FORMAT is missing from the sheet",
    ],
    ["a field of what was sent", 'Error: "ORDER_TOTAL" is required in the payload'],
    [
      "a model of what was sent",
      "pydantic_core._pydantic_core.ValidationError: 2 validation errors for OrderMessage\nprice\n  Field required [type=missing, input_value={}, input_type=dict]\nitems\n  Field required [type=missing, input_value={}, input_type=dict]",
    ],
    ["a test's own report", "✖ 2 of 40 checks failed\n  → at line 12"],
    ["a list without names", "Missing environment variables:\n  none\nError: the disk is slow"],
  ])("%s", (_, log) => {
    expect(uncaughtIn(linesOf(log))?.lack?.kind).not.toBe("variable");
  });
});

describe("a command line that lacks what it needs", () => {
  test.each([
    ["exporter: error: required flag --target.url not provided, try --help", 1],
    ['Error: required flag(s) "cluster-name" not set', 1],
    ["error: the following required arguments were not provided:", 2],
    ["app.py: error: the following arguments are required: --dsn", 2],
    ["Error: Missing option '--dsn'.", 2],
  ])("%s", (line, code) => {
    expect(commandLine(["starting", line], code)).toBe(line);
    expect(commandLine(["starting", line], 139)).toBeNull();
  });
});

describe("a host that is asked for in vain", () => {
  test.each([
    ["** server can't find db.shop.svc.cluster.local: NXDOMAIN", "db"],
    ["nslookup: can't resolve 'db'", "db"],
  ])("by nslookup: %s", (line, name) => {
    expect(peerInLog([line, "waiting for db"])).toEqual({ name, sure: true });
  });

  test("by httpx, behind what went wrong", () => {
    expect(lackIn("httpx.ConnectTimeout: timed out: http://rates:8080")).toEqual({
      kind: "host",
      name: "rates",
      port: 8080,
    });
  });
});

describe("a number that cannot be read", () => {
  const trace = (value: string): string =>
    `Traceback (most recent call last):\n  File "/srv/main.py", line 9, in main\n    port = int(os.environ["PORT"])\nValueError: invalid literal for int() with base 10: '${value}'`;
  const found = (value: string, own: string): string[] =>
    foundIn("payments", (scene) => {
      const name = scene.pod().spec.containers[0];
      if (name) name.env = [{ name: "PORT", value: own }];
      scene.previousLog(trace(value));
    });

  test("is a variable's where the pod gives it that very value", () => {
    expect(found("80a", "80a").join()).toContain("env-var-missing-or-wrong");
    expect(found("1,5", "8080").join()).not.toContain("env-var-missing-or-wrong");
  });
});
