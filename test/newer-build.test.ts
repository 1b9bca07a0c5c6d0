import { expect, test } from "vitest";
import { newerBuildWatch } from "../src/newer-build.ts";
import { migrationsAfter, newestMigration } from "../src/store/standing.ts";
import { freshDatabase } from "./support/database.ts";

test("a build that runs hears of migrations that a newer one runs beneath it, once each", async () => {
  await using db = await freshDatabase();
  const own = await newestMigration();
  const said: string[] = [];
  const look = newerBuildWatch({ newer: () => migrationsAfter(db.pool, own), log: (line) => void said.push(line) });
  const migrated = (version: number, name: string) =>
    db.pool.query("insert into nightshift.migrations (version, name, sha256) values ($1, $2, '')", [version, name]);

  await look();
  expect(said).toEqual([]);

  await migrated(own + 1, "000901_more.sql");
  await look();
  await look();
  await migrated(own + 2, "000902_again.sql");
  await look();

  expect(said).toEqual([
    expect.stringContaining("(000901_more.sql)"),
    expect.stringContaining("(000901_more.sql, 000902_again.sql)"),
  ]);
});

test("a database that does not answer says nothing of builds", async () => {
  const said: string[] = [];
  const look = newerBuildWatch({
    newer: () => Promise.reject(new Error("no answer")),
    log: (line) => void said.push(line),
  });

  await look();

  expect(said).toEqual([]);
});
