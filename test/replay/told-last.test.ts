import { expect, test } from "vitest";
import type { TapedSettings } from "../../src/incident/tape.ts";
import { toldLast } from "../../src/replay/told-last.ts";

const settings = (link: string) => ({ link }) as TapedSettings;
const at = (fence: number, incidentId = "inc_1") => ({ incidentId, fence });

test("what this process taped last holds in its next turn, and no more once another took one between", () => {
  const last = toldLast();
  expect(last.is(at(1), settings("one"))).toBe(false);
  last.note(at(1), settings("one"));

  expect(last.is(at(1), settings("one"))).toBe(true);
  expect(last.is(at(2), settings("two"))).toBe(false);
  expect(last.is(at(2), settings("one"))).toBe(true);
  expect(last.is(at(3), settings("one"))).toBe(true);
  expect(last.is(at(5), settings("one"))).toBe(false);
  expect(last.is(at(3, "inc_2"), settings("one"))).toBe(false);
});

test("a process that walks many incidents forgets the oldest", () => {
  const last = toldLast();
  for (let n = 0; n <= 1_000; n++) last.note(at(1, `inc_${n}`), settings("one"));

  expect(last.is(at(1, "inc_0"), settings("one"))).toBe(false);
  expect(last.is(at(1, "inc_1"), settings("one"))).toBe(true);
});
