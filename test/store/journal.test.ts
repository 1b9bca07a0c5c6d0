import { expect, test } from "vitest";
import { append, firstBreak, read } from "../../src/store/journal.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh } from "../support/incidents.ts";

const at = new Date("2026-11-23T02:00:00Z");

test("the chain holds over hostile text and shows a change, a removal and a swap", async () => {
  await using db = await freshDatabase();
  await openIncidents(db.pool, [fresh(at)]);
  const lines = ["first", 'second "quoted" \u2028', "third", "fourth"];
  for (const line of lines) {
    await append(db.pool, "inc_1", {
      at: at.toISOString(),
      kind: "step",
      actor: "gather",
      line,
      data: { b: 1, a: ["\u0000"] },
    });
  }
  const rows = await read(db.pool, "inc_1");

  expect(rows.map(({ line }) => line)).toEqual(lines);
  expect(firstBreak("inc_1", rows)).toBeNull();
  expect(
    firstBreak(
      "inc_1",
      rows.map((row) => (row.seq === 2 ? { ...row, line: "changed" } : row)),
    ),
  ).toBe(2);
  expect(
    firstBreak(
      "inc_1",
      rows.filter(({ seq }) => seq !== 2),
    ),
  ).toBe(3);
  expect(
    firstBreak(
      "inc_1",
      [rows[1], rows[0], rows[2], rows[3]].flatMap((row) => (row ? [row] : [])),
    ),
  ).toBe(2);
  expect(firstBreak("another", rows)).toBe(1);
});
