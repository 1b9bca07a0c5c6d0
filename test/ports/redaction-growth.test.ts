import { expect, test } from "vitest";
import { redactor } from "../../src/ports/redacted.ts";

/** What a pod may write to make its reader stand still: ten times as much of it may not take a hundred times as long. */

const { text } = redactor("a key");

const msFor = (given: string): number => {
  const began = process.cpuUsage().user;
  text(given);
  return (process.cpuUsage().user - began) / 1000;
};

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
  "blanks in a statement": (n) => `SET PASSWORD ${" ".repeat(n)}!`,
  "tokens that never end": (n) => "eyJAAAAAAAA-".repeat(n),
  "backslashes beside a key": (n) => `kty ${"\\".repeat(4 * n)}`,
};

test.each(Object.entries(hostile))("%s are read in time that grows with their length", (_what, form) => {
  // First the few that an exponential one takes a second for, so that it fails and does not hang.
  expect(msFor(form(24))).toBeLessThan(500);
  const once = Math.min(msFor(form(400)), msFor(form(400)));

  expect(Math.min(msFor(form(4000)), msFor(form(4000)))).toBeLessThan(40 * Math.max(once, 5));
});
