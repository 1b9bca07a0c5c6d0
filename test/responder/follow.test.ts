import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { follow } from "../../src/responder/follow.ts";
import { freshDatabase } from "../support/database.ts";

test("a stream that waits for long keeps one listener on its signal, and an abort ends it at once", async () => {
  await using db = await freshDatabase();
  const ended = new AbortController();
  let most = 0;
  let looks = 0;
  const counting = new Proxy(db.pool, {
    get: (pool, name) => {
      if (name === "query") {
        looks++;
        most = Math.max(most, getEventListeners(ended.signal, "abort").length);
        if (looks === 3) ended.abort();
      }
      const value = Reflect.get(pool, name);
      return typeof value === "function" ? value.bind(pool) : value;
    },
  });

  await follow(counting)("inc_none", 0, () => undefined, ended.signal);

  expect(looks).toBe(3);
  expect(most).toBeLessThanOrEqual(1);
});
