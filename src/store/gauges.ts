import type { Pool } from "pg";
import { isWalking } from "./conditions.ts";

/** What a scrape shows of the database: few numbers, each from a small table. */
export interface Gauges {
  incidents(): Promise<{ status: string; count: number }[]>;
  /** Notices that nobody has got yet, and how many of them were tried and failed. */
  notices(): Promise<{ waiting: number; failing: number }>;
  /** Incidents that are not over, by the graph version they began with. */
  versions(): Promise<{ version: number; count: number }[]>;
  /** What models cost today (UTC), over all replicas, and how many calls the day's budget did not allow. */
  modelDay(): Promise<{ tokens: number; usd: number; calls: number; refused: number }>;
  /** Bytes of the tables that grow with each step, indexes included. */
  sizes(): Promise<{ table: string; bytes: number }[]>;
}

const growing = ["checkpoints", "checkpoint_blobs", "checkpoint_writes", "tape", "bodies", "evidence", "journal"];

export const gaugesOf = (pool: Pool): Gauges => ({
  incidents: async () =>
    (
      await pool.query(
        `select case when held and closed_at is null then 'held' else status end as status, count(*)::int as count
         from nightshift.incidents group by 1`,
      )
    ).rows,
  notices: async () => {
    const { rows } = await pool.query(
      `select count(*)::int as waiting, count(last_error)::int as failing
       from nightshift.notices where version > sent_version`,
    );
    return rows[0] ?? { waiting: 0, failing: 0 };
  },
  versions: async () =>
    (
      await pool.query(
        `select graph_version as version, count(*)::int as count from nightshift.incidents i
         where ${isWalking} group by graph_version`,
      )
    ).rows,
  modelDay: async () => {
    const { rows } = await pool.query(
      `select tokens::float8 as tokens, usd, calls, refused from nightshift.model_days
       where day = (now() at time zone 'utc')::date`,
    );
    return rows[0] ?? { tokens: 0, usd: 0, calls: 0, refused: 0 };
  },
  sizes: async () =>
    (
      await pool.query<{ table: string; bytes: string }>(
        `select t as "table", pg_total_relation_size(format('nightshift.%I', t)::regclass) as bytes from unnest($1::text[]) t`,
        [growing],
      )
    ).rows.map(({ table, bytes }) => ({ table, bytes: Number(bytes) })),
});
