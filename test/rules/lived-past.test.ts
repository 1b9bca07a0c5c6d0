import { describe, expect, test } from "vitest";
import { scan } from "../../src/rules/index.ts";
import { changed } from "./changed.ts";
import { crashing } from "./crashing.ts";

const world = "payments";

/** What is found of a pod that ended so, the surest first. */
const told = (text: string, exitCode: number) => {
  const { evidence, now } = changed(world, crashing(text, { exitCode }));
  return scan(evidence, now)[0];
};

/** Nobody is sure of what the line names. */
const expectNoCause = (text: string, exitCode: number) => {
  const one = told(text, exitCode);
  expect(one?.class === "app-crash" || (one?.confidence ?? 0) < 0.85, `${one?.class} ${one?.confidence}`).toBe(true);
};

describe("a program that a signal ended", () => {
  const errors = [
    "ERROR refresh token for tenant 7: 401 Unauthorized",
    "ERROR tenant 7: Authentication failed",
    "ERROR write /var/cache/x: permission denied",
    "ERROR debug listener: listen tcp :6060: bind: address already in use",
    "ERROR probing example.com: x509: certificate has expired",
    "ERROR webhook: dial tcp: lookup hooks.example.com: no such host",
  ];

  test.each(errors)("did not end of what it told before: %s", (line) => {
    for (const exitCode of [137, 139, 143]) expectNoCause(`${line}\nINFO importing 9`, exitCode);
    expect(told(line, 1)?.class).not.toBe("app-crash");
  });

  test("is no sure case for what a missing file would explain", () => {
    const one = told("ERROR open /data/cache.idx: no such file or directory, rebuilding\nINFO rebuilt 20%", 137);
    expect(one?.confidence).toBeLessThan(0.85);
  });
});
