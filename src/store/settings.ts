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
  const { rows } = await pool.query<{ value: string }>(
    "select value from nightshift.settings where name = 'redaction-key'",
  );
  return one(rows, "reading the redaction key").value;
};
