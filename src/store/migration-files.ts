import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface Migration {
  version: number;
  name: string;
  sql: string;
  sha256: string;
}

/** The folder beside our package.json: above `src` in a checkout, above the compiled files in the npm package. */
export const migrationsFolder = (from = import.meta.dirname): string => {
  if (existsSync(join(from, "package.json"))) return join(from, "migrations");
  if (dirname(from) === from) throw new Error("the migrations folder is missing from this installation: install again");
  return migrationsFolder(dirname(from));
};

export const readMigrations = async (folder: string): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const migrations = await Promise.all(names.map((name) => readMigration(folder, name)));
  refuseTwins(migrations);
  return migrations;
};

const readMigration = async (folder: string, name: string): Promise<Migration> => {
  const number = /^(\d{6})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
  if (!number) throw new Error(`migration ${name} must be named like 000001_what_it_does.sql`);
  // Git may check out other line ends on another machine: the hash must not see them.
  const sql = (await readFile(join(folder, name), "utf8")).replaceAll("\r\n", "\n");
  return { version: Number(number), name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
};

const refuseTwins = (migrations: Migration[]): void => {
  migrations.forEach(({ version, name }, index) => {
    const before = migrations[index - 1];
    if (before?.version === version) throw new Error(`migrations ${before.name} and ${name} have the same number`);
  });
};
