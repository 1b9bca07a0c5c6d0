import type { Pool } from "pg";
import type { Attempt } from "../incident/attempt.ts";
import { type Channel, Notice } from "../incident/notice.ts";
import { plainText } from "./plain-text.ts";
import type { Queue } from "./queue.ts";
import { inTransaction, one, type Runner, unhurried } from "./transaction.ts";

type Receipt = Record<string, string>;

export interface Waiting {
  notice: Notice;
  version: number;
  receipt: Receipt | null;
}

/** Which queue delivers it: what rings and what silences one incident waits behind no other channel. */
export const queueOf = (channel: Channel): "page" | "notify" =>
  channel === "page" || channel === "acknowledge" || channel === "resolve" ? "page" : "notify";

/** What waits for its time takes what comes meanwhile along: with something that has none it goes out now. */
const hurry = async (tx: Runner, key: string): Promise<void> => {
  await tx.query(
    `update pgboss.job set start_after = now()
     where name in ('notify', 'page') and singleton_key = $1 and state = 'created' and start_after > now()`,
    [key],
  );
};

/**
 * Keeps the notice and its delivery job in the caller's transaction. A changed body is a new version, the same body nothing
 * (false). Without a time it goes out at once.
 */
export const putNotice = async (tx: Runner, queue: Queue, notice: Notice, at?: Date): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `insert into nightshift.notices as n (key, incident_id, channel, body) values ($1, $2, $3, $4)
     on conflict (key) do update set body = excluded.body, version = n.version + 1 where n.body::text <> excluded.body::text`,
    [notice.key, notice.incidentId, notice.channel, JSON.stringify(notice)],
  );
  if (rowCount !== 1) return false;
  if (at === undefined) await hurry(tx, notice.key);
  await queue.send(tx, queueOf(notice.channel), notice.key, at);
  return true;
};

/** What people were last told under this key, whether or not it has gone out yet. */
export const currentNotice = async (tx: Runner, key: string): Promise<Notice | null> => {
  const { rows } = await tx.query<{ body: unknown }>("select body from nightshift.notices where key = $1", [key]);
  return rows[0] === undefined ? null : Notice.parse(rows[0].body);
};

/** The same, and nobody else changes it until the transaction ends. */
export const lockNotice = async (tx: Runner, key: string): Promise<Notice | null> => {
  const { rows } = await tx.query<{ body: unknown }>(
    "select body from nightshift.notices where key = $1 for no key update",
    [key],
  );
  return rows[0] === undefined ? null : Notice.parse(rows[0].body);
};

/** A note was written on this incident of PagerDuty's: the keys of those on others than the first end in its id. */
export const hasNoteOn = async (tx: Runner, incidentId: string, pagerdutyIncident: string): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `select 1 from nightshift.notices where incident_id = $1 and channel = 'note' and right(key, length($2)) = $2 limit 1`,
    [incidentId, `:${pagerdutyIncident}`],
  );
  return rowCount === 1;
};

/** How far the newest version of a notice is; null: there is none. */
export const progressOf = async (
  db: Runner,
  key: string,
): Promise<{ state: "under way" | "failing" | "sent"; receipt: Receipt | null } | null> => {
  const { rows } = await db.query<{ state: "under way" | "failing" | "sent"; receipt: Receipt | null }>(
    `select case when sent_version >= version then 'sent' when last_error is null then 'under way' else 'failing' end as state,
       receipt from nightshift.notices where key = $1`,
    [key],
  );
  return rows[0] ?? null;
};

/** Where the newest version that went out is; null: none has, yet. */
export const lastReceipt = async (db: Runner, key: string): Promise<Receipt | null> => {
  const { rows } = await db.query<{ receipt: Receipt | null }>(
    "select receipt from nightshift.notices where key = $1 and sent_version > 0",
    [key],
  );
  return rows[0]?.receipt ?? null;
};

/** What waits for its card to be there. */
export const wakeThread = async (pool: Pool, queue: Queue, incidentId: string): Promise<void> => {
  const { rows } = await pool.query<{ key: string }>(
    "select key from nightshift.notices where incident_id = $1 and channel = 'thread' and version > sent_version",
    [incidentId],
  );
  for (const { key } of rows) await queue.send(pool, "notify", key);
};

/** The notice if its newest version has not gone out yet. */
export const waitingNotice = async (pool: Pool, key: string): Promise<Waiting | null> => {
  const { rows } = await pool.query<{ body: unknown; version: number; receipt: Receipt | null }>(
    "select body, version, receipt from nightshift.notices where key = $1 and version > sent_version",
    [key],
  );
  const [row] = rows;
  return row === undefined ? null : { notice: Notice.parse(row.body), version: row.version, receipt: row.receipt };
};

/**
 * Notes that this version is sent now, and how often that was tried before. An attempt goes on until an answer is noted: with a newer version
 * of what is kept up to date, not of a page, which is to ring anew. Times are the database's.
 */
export const beginTry = async (
  db: Runner,
  { notice: { key, channel }, version }: Pick<Waiting, "notice" | "version">,
): Promise<Attempt> => {
  const { rows } = await db.query<Attempt>(
    `update nightshift.notices set tried_version = $2, (tried_at, tries) = (
       select case when goes_on then tried_at
           else greatest(date_trunc('milliseconds', now()), tried_at + interval '1 millisecond') end,
         case when goes_on then tries else 0 end + 1
       from (select tried_at is not null and tries > 0 and (tried_version = $2 or $3) as goes_on) as attempt
     ) where key = $1 returning tried_at as since, tries - 1 as before`,
    [key, version, channel !== "page"],
  );
  return one(rows, "a notice that is sent");
};

/** Nothing of that try is anywhere. The attempt ends with it, unless others were made before it or since: what they sent may be there. */
export const forgetTry = async (db: Runner, key: string, { since }: Attempt): Promise<void> => {
  await db.query("update nightshift.notices set tries = 0 where key = $1 and tried_at = $2 and tries = 1", [
    key,
    since,
  ]);
};

export const noticeSent = async (
  tx: Runner,
  key: string,
  version: number,
  receipt: Receipt,
  at: Date,
): Promise<void> => {
  await tx.query(
    `with later as materialized (select ${unhurried})
     update nightshift.notices set sent_version = greatest(sent_version, $2), sent_at = $4, last_error = null,
       receipt = case when sent_version > $2 then receipt else $3 end,
       tries = case when tried_version > $2 then tries else 0 end
     from later where key = $1`,
    [key, version, JSON.stringify(receipt), at],
  );
};

export const noticeFailed = async (tx: Runner, key: string, message: string): Promise<void> => {
  await tx.query("update nightshift.notices set last_error = $2 where key = $1", [
    key,
    plainText(message.slice(0, 2000)),
  ]);
};

/**
 * Notices that should have gone out and have no job: a crash between two lives of the queue, or one that was declared dead, which
 * begins again. Those that failed before come last, so that however many can never go out, they keep no other waiting.
 */
export const forgottenNotices = async (pool: Pool, queue: Queue, most = 1000): Promise<number> => {
  const { rows } = await pool.query<{ key: string; channel: Channel }>(
    `select n.key, n.channel from nightshift.notices n where n.version > n.sent_version and not exists (
       select 1 from pgboss.job j where j.name in ('notify', 'page', 'notify-dead') and j.singleton_key = n.key and j.state < 'completed'
     ) order by n.last_error is not null, n.key limit $1`,
    [most],
  );
  for (const { key, channel } of rows) await inTransaction(pool, (tx) => queue.send(tx, queueOf(channel), key));
  return rows.length;
};
