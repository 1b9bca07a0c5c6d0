import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logReducer } from "../../../src/incident/log/reduce.ts";
import { uncaughtIn } from "../../../src/rules/logs/uncaught.ts";

const folders = ["test/incidents", "src/demo/worlds"];
const logs = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".log"))
    .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") })),
);

const stamp = /^\d{4}-\d\d-\d\dT[\d:.]+Z /;
const linesOf = (text: string): string[] => text.split("\n").map((line) => line.replace(stamp, ""));
const decisive = logs.flatMap(({ path, text }) => {
  const line = uncaughtIn(linesOf(text).filter((one) => one !== ""))?.line;
  return line === undefined ? [] : [{ path, text, line }];
});

const reduce = (text: string): string => {
  const reducer = logReducer();
  reducer.push(Buffer.from(text));
  return reducer.end().text;
};
const lost = (shorten: (text: string) => string, around: (text: string) => string): string[] =>
  decisive.filter(({ text, line }) => !shorten(around(text)).includes(line)).map(({ path }) => path);

const chatter = (many: number): string =>
  Array.from(
    { length: many },
    (_, n) => `2026-11-22T15:00:${10 + (n % 50)}.000000001Z GET /cart/${n} 200 in ${n % 90} ms\n`,
  ).join("");

const shapes: Record<string, (text: string) => string> = {
  "as it is": (text) => text,
  "before 2 000 lines of chatter": (text) => `${text}${chatter(2_000)}`,
  "between chatter": (text) => `${chatter(2_000)}${text}${chatter(2_000)}`,
  "said three times over, chatter between": (text) => `${text}${chatter(600)}`.repeat(3),
};

for (const [name, around] of Object.entries(shapes)) {
  test(`of every recorded log, ${name}, the line that decides is kept`, () => {
    expect(decisive.length).toBeGreaterThan(150);
    expect(lost(reduce, around)).toEqual([]);
  });
}

test("control: the last 500 lines alone would lose it", () => {
  const tail = (text: string): string => text.split("\n").slice(-500).join("\n");

  expect(lost(tail, (text) => `${text}${chatter(2_000)}`).length).toBeGreaterThan(150);
});
