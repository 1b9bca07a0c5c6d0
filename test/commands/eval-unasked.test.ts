import { expect, test } from "vitest";
import { failedCase } from "../../src/commands/eval/run-case.ts";
import { lineFor } from "../../src/commands/eval/told.ts";

test("a world in which questions could not be asked says how many, and why", () => {
  const { error: _, ...result } = failedCase("/worlds/oak", null);
  const line = (more: object) => lineFor({ result: { ...result, ...more }, comparison: null } as never);

  expect(line({ unasked: { timeout: 5 } })).toBe("  oak: nothing (0 ms, 0 requests, 5 not asked: timeout)");
  expect(line({})).toBe("  oak: nothing (0 ms, 0 requests)");
});
