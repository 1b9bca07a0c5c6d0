import type { Pool } from "pg";

/** What a scrape shows of the database: few numbers, each from a small table. */
export interface Gauges {
  incidents(): Promise<{ status: string; count: number }[]>;
  /** Notices that nobody has got yet, and how many of them were tried and failed. */
  notices(): Promise<{ waiting: number; failing: number }>;
}

export const gaugesOf = (pool: Pool): Gauges => ({
  incidents: async () =>
    (await pool.query("select status, count(*)::int as count from nightshift.incidents group by status")).rows,
  notices: async () => {
    const { rows } = await pool.query(
      `select count(*)::int as waiting, count(last_error)::int as failing
       from nightshift.notices where version > sent_version`,
    );
    return rows[0] ?? { waiting: 0, failing: 0 };
  },
});
