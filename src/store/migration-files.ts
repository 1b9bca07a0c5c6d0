import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../root.ts";

export interface Migration {
  version: number;
  name: string;
  sql: string;
  sha256: string;
}

export const migrationsFolder = (): string => join(root(), "migrations");

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
