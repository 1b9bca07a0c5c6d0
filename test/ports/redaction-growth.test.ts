import { expect, test } from "vitest";
import { redactor } from "../../src/ports/redacted.ts";

/** What a pod may write to make its reader stand still: eight times as much of it may not take sixty-four times as long. */

const { text } = redactor("a key");

type Read = (given: string) => unknown;

const msFor = (read: Read, given: string): number => {
  const began = process.cpuUsage().user;
  read(given);
  return (process.cpuUsage().user - began) / 1000;
};

const longer = 8;

/** How much longer it takes to read `longer` times as much. Where a pattern has a bound both are to be longer: within it, time may grow faster. */
const growthOf = (read: Read, form: (n: number) => string, n = 2500): number => {
  const fastest = (given: string) => Math.min(msFor(read, given), msFor(read, given), msFor(read, given));
  return fastest(form(longer * n)) / Math.max(fastest(form(n)), 5);
};

/** Half way between what grows with the length and what grows with its square. */
const tooMuch = longer * Math.sqrt(longer);

const hostile: Record<string, (n: number) => string> = {
  "breaks behind the last line of a key": (n) =>
    `-----BEGIN PRIVATE KEY-----\nx AAAAAAAA${"\\\\n".repeat(n)}!\n-----END PRIVATE KEY-----`,
  "kinds of Secrets": (n) => "kind: Secret\ndata:\n".repeat(n),
  "kinds of Secrets, each as deep as no other": (n) =>
    Array.from({ length: n }, (_, at) => {
      const indent = at.toString(2).padStart(16, "0").replaceAll("0", " ").replaceAll("1", "\t");
      return `${indent}kind: Secret\n${indent}data:\n`;
    }).join(""),
  "backslashes beside a Secret": (n) => `Secret data "kind":"${"\\".repeat(4 * n)}`,
  "backslashes behind PASS": (n) => `PASS ${"\\".repeat(4 * n)}!`,
  "backslashes behind AUTH": (n) => `AUTH PLAIN ${"\\".repeat(4 * n)}!`,
  "backslashes behind a key": (n) => `api key: ${"\\".repeat(4 * n)}!`,
  "backslashes behind a name": (n) => `[(token,${"\\".repeat(4 * n)}!`,
  "blanks in a statement": (n) => `SET PASSWORD ${" ".repeat(4 * n)}!`,
  "tokens that never end": (n) => "eyJAAAAAAAA-".repeat(n),
  "backslashes beside a key": (n) => `kty ${"\\".repeat(4 * n)}`,
};

test.each(Object.entries(hostile))("%s are read in time that grows with their length", (_what, form) => {
  // First the few that an exponential one takes a second for, so that it fails and does not hang.
  expect(msFor(text, form(24))).toBeLessThan(500);
  expect(growthOf(text, form)).toBeLessThan(tooMuch);
});

test("what grows with the square of the length is seen to", () => {
  expect(
    growthOf(
      (given) => /a+b/.test(given),
      (n) => "a".repeat(n),
      3000,
    ),
  ).toBeGreaterThan(tooMuch);
});
