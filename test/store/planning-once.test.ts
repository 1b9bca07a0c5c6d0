import { expect, test } from "vitest";
import { PlanningOnce } from "../../src/store/planning-once.ts";
import { freshDatabase } from "../support/database.ts";

const planned = "select statement from pg_prepared_statements order by 1";

test("what is said over and over is planned once, and what is said now and then is not kept", async () => {
  await using db = await freshDatabase();
  const client = new PlanningOnce({ connectionString: db.url });
  await client.connect();
  const often = "select $1::int + 1 as sum";
  const sums: number[] = [];
  for (let n = 0; n < 12; n++) sums.push((await client.query(often, [n])).rows[0].sum);
  await client.query("select $1::int + 2 as sum", [1]);
  const bare = "select 3 as three";
  for (let n = 0; n < 12; n++) await client.query(bare, []);
  for (let n = 0; n < 12; n++) await client.query("begin; select 1; commit", []);

  const { rows } = await client.query(planned);
  await client.end();

  expect(sums).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(rows).toEqual([{ statement: often }, { statement: bare }]);
});
