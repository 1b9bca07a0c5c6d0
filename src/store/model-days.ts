import type { Pool } from "pg";

/** What the models of all replicas may cost in a day; null: no limit. */
export interface DayLimit {
  tokens: number | null;
  usd: number | null;
}

export interface Spent {
  tokens: number;
  usd: number;
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Counts a call that was not made, and says what the day has cost. */
const refuse = async (pool: Pool, day: string): Promise<Spent> => {
  const { rows } = await pool.query<Spent>(
    `insert into nightshift.model_days as d (day, tokens, usd, calls, refused) values ($1, 0, 0, 0, 1)
     on conflict (day) do update set refused = d.refused + 1 returning tokens::float8 as tokens, usd`,
    [day],
  );
  return rows[0] ?? { tokens: 0, usd: 0 };
};

/**
 * Takes what a call may cost at most out of the day's budget, in one statement: calls at the same time cannot share the last
 * of it. Null when it was taken, else what the day has cost so far.
 */
export const reserveModel = async (pool: Pool, at: Date, most: Spent, limit: DayLimit): Promise<Spent | null> => {
  const day = dayOf(at);
  const { rowCount } = await pool.query(
    `insert into nightshift.model_days as d (day, tokens, usd, calls)
     select $1, $2, $3, 1
     where ($4::bigint is null or $2::bigint <= $4) and ($5::float8 is null or $3::float8 <= $5)
     on conflict (day) do update set tokens = d.tokens + excluded.tokens, usd = d.usd + excluded.usd, calls = d.calls + 1
     where ($4::bigint is null or d.tokens + excluded.tokens <= $4) and ($5::float8 is null or d.usd + excluded.usd <= $5)`,
    [day, most.tokens, most.usd, limit.tokens, limit.usd],
  );
  return rowCount === 1 ? null : refuse(pool, day);
};

/** Puts right what was reserved that day, once it is known what the call cost. */
export const settleModel = async (pool: Pool, at: Date, reserved: Spent, cost: Spent): Promise<void> => {
  await pool.query("update nightshift.model_days set tokens = tokens + $2, usd = usd + $3 where day = $1", [
    dayOf(at),
    cost.tokens - reserved.tokens,
    cost.usd - reserved.usd,
  ]);
};
