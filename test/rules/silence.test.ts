import { expect, test } from "vitest";
import { silence } from "../../src/rules/start/silence.ts";
import type { LogText } from "../../src/rules/world/log-text.ts";

const log = (...lines: string[]) => ({ lines }) as unknown as LogText;

test.each([
  [null, "its log was not read"],
  [log(), "it wrote no log"],
  [log("starting"), "its log names no error"],
])("of %j it says: %s", (one, words) => {
  expect(silence(one)).toBe(words);
});
