import { expect, test } from "vitest";
import { leaveFamily } from "../../src/responder/family.ts";
import { take } from "../../src/store/families.ts";
import { inTransaction } from "../../src/store/transaction.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { fresh } from "../support/incidents.ts";
import { walkStory } from "./walking.ts";

const textOf = (asked: unknown): string =>
  typeof asked === "string" ? asked : String((asked as { text?: string })?.text);

test("a child that its parent lets go while its turn begins is looked at, not ended as one that is held", async () => {
  const walking = await walkStory("bad-rollout");
  const { pool } = walking.deps.store;
  await openIncidents(pool, [fresh(walking.cluster.clock.now(), "inc_parent")]);
  await take(pool, "inc_parent", [walking.id]);
  let gone = false;
  const letGo = async () => {
    gone = true;
    const row = await walking.row();
    await inTransaction(pool, (tx) =>
      leaveFamily(tx, walking.deps.store, row, "found another cause", walking.cluster.clock.now()),
    );
    await walking.quiet();
  };
  // Between the first look at who holds it and the lock.
  walking.deps.store.pool = new Proxy(pool, {
    get: (target, key) => {
      const value = Reflect.get(target, key);
      if (key !== "query") return typeof value === "function" ? value.bind(target) : value;
      return async (...asked: unknown[]) => {
        const answer = await value.apply(target, asked);
        if (!gone && textOf(asked[0]).includes('as "parentClosedAt"')) await letGo();
        return answer;
      };
    },
  });

  await walking.turn();

  expect(gone).toBe(true);
  expect((await walking.journal()).map(({ line }) => line)).not.toContainEqual(
    expect.stringContaining("while another incident held it"),
  );
  expect(await walking.path()).toContain("gather");
});
