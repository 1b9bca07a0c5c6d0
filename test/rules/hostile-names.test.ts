import { expect, test } from "vitest";
import { plainLines } from "../../src/rules/logs/plain.ts";

test("a line that looks like the name of a logger and never ends is read at once", () => {
  const began = process.cpuUsage().user;
  plainLines([`ERROR $.${"$".repeat(30)}!`]);

  expect((process.cpuUsage().user - began) / 1000).toBeLessThan(500);
});
