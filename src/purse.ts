import type { Pool } from "pg";
import type { Clock } from "./ports/clock.ts";
import type { Purse } from "./ports/within-day.ts";
import { type DayLimit, reserveModel, settleModel } from "./store/model-days.ts";

const limitText = ({ tokens, usd }: DayLimit): string =>
  [...(tokens === null ? [] : [`${tokens} tokens`]), ...(usd === null ? [] : [`${usd} US dollars`])].join(" and ");

/** The day's budget for models, kept in the database. A day is one of UTC. */
export const purseOf = (pool: Pool, clock: Clock, limit: DayLimit): Purse => ({
  reserve: async (most) => {
    const at = clock.now();
    const spent = await reserveModel(pool, at, most, limit);
    if (spent === null) return { settle: (cost) => settleModel(pool, at, most, cost) };
    const used = `${spent.tokens} tokens and ${spent.usd.toFixed(2)} US dollars are spent or held back`;
    return { why: `the day's budget of ${limitText(limit)} has no room for one more call; ${used}` };
  },
});
