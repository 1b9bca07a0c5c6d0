import { describe, expect, test } from "vitest";
import { lackIn } from "../../src/rules/logs/missing.ts";
import { uncaughtIn } from "../../src/rules/logs/uncaught.ts";
import { serverStarts } from "./server-starts.ts";

describe("a server that does not start", () => {
  test.each(serverStarts)("says why: %s lacks %s", (_, kind, quote, log) => {
    const told = uncaughtIn(log.split("\n"));
    expect(told?.lack?.kind ?? null).toBe(kind);
    expect(told?.line).toContain(quote);
    expect(told?.survived).toBe(false);
  });
});

describe("words like those, said of something else", () => {
  test.each([
    "INFO access denied for caller 7, answered 403",
    "the job must run as one transaction",
    "user root cannot run as many jobs as admin",
    "ERROR missing settings page for tenant 4",
    "ERROR file access for tenant 4 denied by policy",
    "ERROR record is not writable",
    "ERROR use --force or ABORT",
    "ERROR the length of CSV must be checked",
  ])("lack nothing: %s", (text) => {
    expect(lackIn(text)).toBeNull();
  });

  test("a level in brackets is read as one", () => {
    const lines = [
      "[2026-11-27 03:00:03] [ERROR] password authentication failed for user app",
      "[2026-11-27 03:00:04] [INFO] orders processed: 12",
    ];
    expect(uncaughtIn(lines)?.survived).toBe(true);
    expect(uncaughtIn(lines.slice(0, 1))?.survived).toBe(false);
  });
});
