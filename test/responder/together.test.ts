import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { together } from "../../src/responder/together.ts";

test("items that come while others are worked on share the next batch, each gets its own answer", async () => {
  const batches: number[][] = [];
  const double = together<number, number>(10, async (items) => {
    batches.push(items);
    return items.map((item) => item * 2);
  });

  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
  expect(await double(4)).toBe(8);
  expect(batches).toEqual([[1, 2, 3], [4]]);
});

test("no batch is larger than allowed", async () => {
  const sizes: number[] = [];
  const take = together<number, number>(2, async (items) => {
    sizes.push(items.length);
    return items;
  });

  await Promise.all([1, 2, 3, 4, 5].map(take));

  expect(sizes).toEqual([2, 2, 1]);
});

test("one item that cannot be taken refuses no other of its batch", async () => {
  const take = together<number, number>(10, async (items) => {
    if (items.includes(13)) throw new Error("no 13");
    return items;
  });

  const all = await Promise.allSettled([1, 13, 2].map(take));

  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await take(3)).toBe(3);
});

test("items of a batch that failed are tried in the order in which they came", async () => {
  const done: number[] = [];
  const take = together<number, number>(10, async (items) => {
    if (items.length > 1) throw new Error("not all of them");
    // The first takes longest.
    for (let rounds = items[0] ?? 0; rounds > 0; rounds--) await setImmediate();
    done.push(...items);
    return items;
  });

  expect(await Promise.all([3, 2, 1].map(take))).toEqual([3, 2, 1]);
  expect(done).toEqual([3, 2, 1]);
});

test("where nobody answers any more, nobody waits for his turn to hear that", async () => {
  let tried = 0;
  const take = together<number, number>(
    10,
    async () => {
      tried += 1;
      throw new Error("timeout");
    },
    (error) => error instanceof Error && error.message === "timeout",
  );

  const all = await Promise.allSettled([1, 2, 3, 4].map(take));

  expect(all.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  expect(tried).toBe(2);
});
