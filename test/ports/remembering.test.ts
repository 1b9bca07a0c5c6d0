import { expect, test } from "vitest";
import { remembering } from "../../src/ports/remembering.ts";

const counting = () => {
  const worked: string[] = [];
  const ask = remembering(2, 5, (text) => {
    worked.push(text);
    return text.toUpperCase();
  });
  return { worked, ask };
};

test("a text that comes again is not worked out again, and answered alike", () => {
  const { worked, ask } = counting();
  expect(["a", "b", "a", "b", "a"].map(ask)).toEqual(["A", "B", "A", "B", "A"]);
  expect(worked).toEqual(["a", "b"]);
});

test("what others have pushed out is worked out again; what is asked for again and again stays", () => {
  const { worked, ask } = counting();
  for (const text of ["a", "b", "a", "c", "a", "d", "a", "e", "a", "f"]) ask(text);
  expect(worked.filter((text) => text === "a")).toEqual(["a"]);
  expect(ask("b")).toBe("B");
  expect(worked.filter((text) => text === "b")).toEqual(["b", "b"]);
});

test("a long text is worked out each time", () => {
  const { worked, ask } = counting();
  expect([ask("longer"), ask("longer")]).toEqual(["LONGER", "LONGER"]);
  expect(worked).toEqual(["longer", "longer"]);
});

test("a short part of a long text does not keep that in memory", () => {
  const ask = remembering(1_000, 300, (text) => text);
  const before = process.memoryUsage().rss;
  for (let n = 0; n < 400; n++) ask(`${n} `.repeat(500_000).slice(0, 40));
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});
