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

const silent = (port: string): string => `silent:${port}`;
const silentSince = (port: string): string => `silent-since:${port}`;

/** This port gave no answer: left alone as long as it has been silent already, within these bounds. */
export const pauseSilent = async (
  db: Runner,
  port: string,
  now: Date,
  [least, most]: [number, number],
): Promise<void> => {
  await db.query(`insert into nightshift.pauses (port, until) values ($1, $2) on conflict (port) do nothing`, [
    silentSince(port),
    now,
  ]);
  const { rows } = await db.query<{ until: Date }>("select until from nightshift.pauses where port = $1", [
    silentSince(port),
  ]);
  const ms = Math.min(Math.max(now.getTime() - (rows[0]?.until ?? now).getTime(), least), most);
  // In place of the time that the try just over had.
  await db.query(
    `insert into nightshift.pauses (port, until) values ($1, $2) on conflict (port) do update set until = excluded.until`,
    [silent(port), new Date(now.getTime() + ms)],
  );
};

/** True: this port was silent, and somebody else has just tried it or is about to. Who gets false may, for `ms` alone. */
export const isSilent = async (db: Runner, port: string, now: Date, ms: number): Promise<boolean> => {
  const { rows } = await db.query<{ mine: boolean }>(
    `with tried as (update nightshift.pauses set until = $2 where port = $1 and until <= $3 returning 1)
     select exists (select 1 from tried) as mine from nightshift.pauses where port = $1`,
    [silent(port), new Date(now.getTime() + ms), now],
  );
  return rows[0] !== undefined && !rows[0].mine;
};

/** It answered: all may go to it again. */
export const hasAnswered = async (db: Runner, port: string): Promise<void> => {
  await db.query("delete from nightshift.pauses where port in ($1, $2)", [silent(port), silentSince(port)]);
};

const waiting = (key: string): string => `waiting:${key}`;

/** True, once in so long: this notice has been told to wait since then. */
export const hasWaited = async (db: Runner, key: string, now: Date, ms: number): Promise<boolean> => {
  const since = waiting(key);
  await db.query("insert into nightshift.pauses (port, until) values ($1, $2) on conflict (port) do nothing", [
    since,
    now,
  ]);
  const { rowCount } = await db.query("update nightshift.pauses set until = $2 where port = $1 and until <= $3", [
    since,
    now,
    new Date(now.getTime() - ms),
  ]);
  return rowCount === 1;
};

export const waitsNoMore = async (db: Runner, key: string): Promise<void> => {
  await db.query("delete from nightshift.pauses where port = $1", [waiting(key)]);
};

const posts = "posts";
const pages = "posts:pages";

/** A page waits for its turn in chat: until then nothing else begins. */
export const holdForPage = (db: Runner, until: Date): Promise<void> => pausePort(db, pages, until);

const rank = (row: string): string =>
  `case when ${row}.channel = 'page' then 0 when ${row}.channel <> 'card' then 3
        when ${row}.body->>'decision' is null then 2 else 1 end`;

/** Has never gone out, and has not failed: a page, a card or a reply in the thread of one. Pages may go elsewhere, so that only pages count them. */
const inLine = `n.version > n.sent_version and n.sent_version = 0 and n.last_error is null
  and (n.channel in ('card', 'thread') or n.channel = 'page' and own.channel = 'page')`;

/**
 * True: this notice may be posted now, and for so long no other, whatever the replica. Pages go before cards that ask, these
 * before other cards, and all before replies in threads.
 */
export const claimPost = async (db: Runner, key: string, now: Date, paceMs: number): Promise<boolean> => {
  const { rowCount } = await db.query(
    `insert into nightshift.pauses as p (port, until)
     select $1, $2 from nightshift.notices own where own.key = $4
       and (own.channel = 'page' or not exists (select 1 from nightshift.pauses where port = $5 and until > $3))
       and not exists (select 1 from nightshift.notices n where ${inLine} and ${rank("n")} < ${rank("own")})
     on conflict (port) do update set until = excluded.until where p.until <= $3`,
    [posts, new Date(now.getTime() + paceMs), now, key, pages],
  );
  return rowCount === 1;
};

/** In how long it is the turn of this notice, by those that wait before it. */
export const postDueIn = async (db: Runner, key: string, now: Date, paceMs: number): Promise<number> => {
  const { rows } = await db.query<{ until: Date | null; before: string }>(
    `select (select max(until) from nightshift.pauses where port = $1 or port = $3 and own.channel <> 'page') as until,
       (select count(*) from nightshift.notices n
        where ${inLine} and (${rank("n")}, n.key) < (${rank("own")}, own.key)) as before
     from nightshift.notices own where own.key = $2`,
    [posts, key, pages],
  );
  const [row] = rows;
  return Math.max((row?.until?.getTime() ?? 0) - now.getTime(), 0) + Number(row?.before ?? 0) * paceMs;
};
