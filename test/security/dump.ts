import { gunzipSync } from "node:zlib";
import type { Pool } from "pg";

const readable = (bytes: Buffer): string => {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (packed ? gunzipSync(bytes) : bytes).toString("utf8");
};

const cell = (value: unknown): string => {
  if (Buffer.isBuffer(value)) return readable(value);
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
};

/** Every cell of every table of every schema that is ours, packed bodies unpacked. */
export const dump = async (pool: Pool): Promise<Map<string, string[]>> => {
  const tables = await pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const found = new Map<string, string[]>();
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<Record<string, unknown>>(`select * from ${name}`);
    found.set(
      name,
      rows.flatMap((row) => Object.values(row).map(cell)),
    );
  }
  return found;
};

// However often a text was quoted, it is the same text without backslashes.
const flat = (text: string): string => text.replaceAll("\\", "");

/** Which of these stand anywhere in the texts. */
export const foundIn = (texts: readonly string[], needles: readonly string[]): string[] => {
  const hay = flat(texts.join("\n\n"));
  return needles.filter((needle) => hay.includes(flat(needle)));
};
