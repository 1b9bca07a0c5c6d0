import { expect, test } from "vitest";
import { vectorsIn } from "../../src/vectors.ts";
import { freshDatabase } from "../support/database.ts";

const now = new Date("2026-05-01T00:00:00Z");

test("vectors outlive the process, by model and length", async () => {
  await using db = await freshDatabase();
  const first = await vectorsIn(db.pool, now);
  await first.keep("a:one", [
    { hash: "north", vector: [0, 1] },
    { hash: "east", vector: [1, 0] },
  ]);
  await first.keep("a:two", [{ hash: "north", vector: [1, 0, 0] }]);

  const later = await vectorsIn(db.pool, now);

  expect(await later.known("a:one", ["north", "west"])).toEqual(new Set(["north"]));
  const near = await later.nearest("a:one", [0.1, 1], ["north", "east"], 5);
  expect(near.map(({ hash }) => hash)).toEqual(["north", "east"]);
  expect(near[0]?.similarity).toBeCloseTo(0.995, 3);
  expect(await later.nearest("a:one", [0, 1], ["east"], 5)).toMatchObject([{ hash: "east" }]);
  expect(await later.nearest("a:two", [0, 1], ["north"], 5)).toEqual([]);
});

test("a changed vector takes the place of the old one; what nobody asks for goes", async () => {
  await using db = await freshDatabase();
  const vectors = await vectorsIn(db.pool, now);
  await vectors.keep("a:one", [{ hash: "x", vector: [0, 1] }]);
  await vectors.keep("a:one", [{ hash: "x", vector: [1, 0] }]);
  expect((await (await vectorsIn(db.pool, now)).nearest("a:one", [1, 0], ["x"], 1))[0]?.similarity).toBeCloseTo(1);

  await db.pool.query("update nightshift.embeddings set used_at = $1", [new Date("2026-03-01T00:00:00Z")]);

  expect(await (await vectorsIn(db.pool, now)).known("a:one", ["x"])).toEqual(new Set());
});
