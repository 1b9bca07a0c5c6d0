import { describe, expect, test } from "vitest";
import { scan } from "../../src/rules/index.ts";
import { uncaughtIn } from "../../src/rules/logs/uncaught.ts";
import { changed, type Scene } from "./changed.ts";
import { addUnanswered, classIn, crashing } from "./crashing.ts";
import { serverStarts } from "./server-starts.ts";

const about = (text: string, exitCode: number, change?: Parameters<typeof crashing>[2]) => {
  const { evidence, now } = changed("payments", crashing(text, { exitCode }, change));
  return scan(evidence, now).filter(({ class: name }) =>
    /^(?:app-crash|process-exits-zero|dependency-unavailable|credential-rejected)$/.test(name),
  );
};
const surest = (text: string, exitCode: number, change?: Parameters<typeof crashing>[2]) =>
  Math.max(0, ...about(text, exitCode, change).map(({ confidence }) => confidence));

describe("a program that was told to stop", () => {
  test.each([
    ["INFO received SIGTERM, shutting down\nINFO bye", 143],
    ["1:signal-handler (1764212400) Received SIGTERM scheduling shutdown...", 0],
    ["2026/11/27 03:00:03 [notice] 1#1: signal 15 (SIGTERM) received from 1, exiting", 0],
    ["LOG:  received fast shutdown request\nLOG:  database system is shut down", 0],
    ['{"level":"info","msg":"got signal terminated, draining"}', 1],
    ["INFO handling SIGTERM\nERROR could not close pool: timeout", 1],
    ["INFO up", 143],
    ["", 143],
  ])("is no certain crash: %s with %i", (text, code) => {
    expect(surest(text, code)).toBeLessThan(0.85);
    expect(about(text, code)[0]?.statement).toContain("it was told to stop (SIGTERM)");
  });

  test.each([
    ["INFO up\nERROR password authentication failed for user app", 1],
    ["ERROR password authentication failed for user app\nWARN received SIGTERM indicating exit request", 1],
    ["panic: boom\n\ngoroutine 1 [running]:\nmain.main()", 2],
    ["INFO SIGTERM handler installed\nERROR boom", 1],
    ["INFO done", 0],
  ])("is not one that ended of its own: %s", (text, code) => {
    expect(surest(text, code)).toBeGreaterThanOrEqual(0.85);
  });
});

describe("a retry that worked, and then an end without a word", () => {
  const empty = (scene: Scene): void => addUnanswered(scene, "ledger-db", 5432);
  const refused = "ERROR connect to ledger-db:5432 refused: connection refused";

  test.each([
    "INFO connected to ledger-db",
    "INFO connected to ledger-db after 3 retries",
    "retry 2 succeeded",
    "INFO attempt 2/5: connected",
    "connection to ledger-db established on the second attempt",
    "INFO retry worked\nINFO orders loaded",
    '{"level":"info","msg":"reconnected in 1.2s"}',
  ])("is no certain dependency although its Service is empty now: %s", (text) => {
    expect(
      about(`${refused}\n${text}`, 1, empty).filter(
        ({ class: name, confidence }) => name === "dependency-unavailable" && confidence >= 0.85,
      ),
    ).toEqual([]);
  });

  test.each([
    "INFO metrics server started",
    "INFO attempt 2",
    "WARN retrying in 5s",
    "INFO not connected after 3 attempts",
    "retry 2 failed",
    "WARN retrying until connected",
  ])("stays one where the log tells of no connection: %s", (text) => {
    const [one] = about(`${refused}\n${text}`, 1, empty);
    expect(one).toMatchObject({ class: "dependency-unavailable" });
    expect(one?.confidence).toBeGreaterThanOrEqual(0.85);
  });

  test("and then another refusal is one again", () => {
    expect(about(`${refused}\nINFO connected to ledger-db\n${refused}`, 1, empty)[0]?.confidence).toBeGreaterThan(0.85);
    expect(uncaughtIn([refused, "INFO connected", refused])?.overcame).toBe(false);
  });
});

describe("the source of a variable", () => {
  test.each(["LEDGER_DSN", "ledger_dsn", "ledger.dsn", "Ledger:Dsn"])(
    "is found however the program calls it: %s",
    (name) => {
      const given = crashing(`ERROR setting '${name}' is required`, {}, (scene) => {
        for (const one of scene.pod().spec.containers)
          one.env = [{ name: "LEDGER_DSN", valueFrom: { secretKeyRef: { name: "ledger", key: "dsn" } } }] as never;
      });
      const { evidence, now } = changed("payments", given);
      const one = scan(evidence, now).find(({ class: is }) => is === "env-var-missing-or-wrong");
      if (name === "LEDGER_DSN") expect(one).toBeDefined();
      if (one) expect(one.related).toContainEqual(expect.objectContaining({ kind: "Secret", name: "ledger" }));
    },
  );
});

describe("a server that ends with success after it told why it does not start", () => {
  const log = (name: string) => serverStarts.find(([one]) => one === name)?.[3] ?? "";

  test("is told by that", () => {
    expect(classIn("payments", crashing(log("sonarqube"), { exitCode: 0, reason: "Completed" }))).toBe(
      "os-limit-exhausted",
    );
  });

  test("but not by what it merely mentioned", () => {
    const text = "INFO vm.max_map_count looks low\nINFO done";
    expect(classIn("payments", crashing(text, { exitCode: 0, reason: "Completed" }))).toBe("process-exits-zero");
  });
});
