import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { one } from "./transaction.ts";

/**
 * The key behind the placeholders that stand for secrets. Made once per database: the same value must get the same
 * placeholder in every replica and after every restart.
 */
export const redactionKey = async (pool: Pool): Promise<string> => {
  await pool.query(
    "insert into nightshift.settings (name, value) values ('redaction-key', $1) on conflict do nothing",
    [randomBytes(32).toString("hex")],
  );
  return one(await keyRows(pool), "reading the redaction key").value;
};

/** Null: nothing was ever redacted here. For who only looks. */
export const redactionKeyIfAny = async (pool: Pool): Promise<string | null> => (await keyRows(pool))[0]?.value ?? null;

const keyRows = async (pool: Pool): Promise<{ value: string }[]> => {
  const sql = "select value from nightshift.settings where name = 'redaction-key'";
  return (await pool.query<{ value: string }>(sql)).rows;
};
