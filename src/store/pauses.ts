import type { Runner } from "./transaction.ts";

/** Leaves this port alone until then; a longer pause that stands already is kept. */
export const pausePort = async (db: Runner, port: string, until: Date): Promise<void> => {
  await db.query(
    `insert into nightshift.pauses as p (port, until) values ($1, $2)
     on conflict (port) do update set until = greatest(p.until, excluded.until)`,
    [port, until],
  );
};

/** Until when this port is to be left alone; null: not now. */
export const pauseOf = async (db: Runner, port: string, now: Date): Promise<Date | null> => {
  const { rows } = await db.query<{ until: Date }>(
    "select until from nightshift.pauses where port = $1 and until > $2",
    [port, now],
  );
  return rows[0]?.until ?? null;
};
