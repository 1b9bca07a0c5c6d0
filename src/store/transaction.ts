import { createHash } from "node:crypto";
import type { Pool, PoolClient, QueryConfig } from "pg";
import { isStalePlan } from "../incident/stale-plan.ts";

export const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

const begun = async <T>(pool: Pool, begin: string, work: (tx: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    await client.query("rollback").then(
      () => client.release(isStalePlan(error)),
      (cause: Error) => client.release(cause),
    );
    throw error;
  }
};

/** Runs `work` in one transaction on one connection. A failed rollback drops the connection instead of reusing it. */
export const inTransaction = <T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> =>
  begun(pool, "begin", work);

/**
 * For what a commit of ours that is waited for takes along to the disk, or what is made good where a crash of the server forgets
 * it: the checkpoint is the truth, and a signal counts as open until a turn has ended. Disks give so many commits a second.
 */
export const inUnhurriedTransaction = <T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> =>
  begun(pool, "begin; set local synchronous_commit = off", work);

/** The same for one statement: a column of what it reads first. */
export const unhurried = "set_config('synchronous_commit', 'off', true)";

/** Reads only, and all of it as it was at one moment: what others commit meanwhile is not seen. */
export const inSnapshot = <T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> =>
  begun(pool, "begin isolation level repeatable read read only", work);

/** What fails in here leaves the transaction as it was before: whoever catches the error may go on with it. */
export const inSavepoint = async <T>(tx: Runner, work: () => Promise<T>): Promise<T> => {
  await tx.query("savepoint attempt");
  try {
    const result = await work();
    await tx.query("release savepoint attempt");
    return result;
  } catch (error) {
    // Rolled back it would still stand, and be taken for that of an attempt around this one.
    await tx.query("rollback to savepoint attempt; release savepoint attempt");
    throw error;
  }
};

/** What was decided on moved meanwhile: read and decide anew. */
export class Moved extends Error {}

const deadlock = "40P01";
const mostTries = 5;

const hasMoved = (error: unknown): boolean =>
  error instanceof Moved || codeOf(error) === deadlock || isStalePlan(error);

/** The same, tried again from its beginning where another transaction was faster, the two waited for each other, or tables changed. */
export const inFreshTransaction = async <T>(
  pool: Pool,
  work: (tx: PoolClient) => Promise<T>,
  how: typeof inTransaction = inTransaction,
  tries = 1,
): Promise<T> => {
  try {
    return await how(pool, work);
  } catch (error) {
    if (!hasMoved(error) || tries >= mostTries) throw error;
    return inFreshTransaction(pool, work, how, tries + 1);
  }
};

/** What can run a statement: the pool, or a connection inside a transaction. */
export type Runner = Pick<Pool | PoolClient, "query">;

/**
 * Sends these at once where the connection takes that, else one after the other: the server runs them in this order. Waits for
 * all of them even where one fails, so that nothing comes after the rollback.
 */
export const inOneGo = async <T extends unknown[]>(
  tx: Runner,
  ...works: { [K in keyof T]: () => Promise<T[K]> }
): Promise<T> => {
  const results: unknown[] = [];
  if (!("pipeline" in tx && tx.pipeline)) {
    for (const work of works) results.push(await work());
    return results as T;
  }
  for (const ended of await Promise.allSettled(works.map((work) => work()))) {
    if (ended.status === "rejected") throw ended.reason;
    results.push(ended.value);
  }
  return results as T;
};

const names = new Map<string, string>();

const nameOf = (text: string): string => {
  const name = names.get(text) ?? createHash("sha256").update(text).digest("base64url").slice(0, 32);
  names.set(text, name);
  return name;
};

/**
 * For what is said over and over: each connection has it read and planned once. Only for a text that is always the same. Where a
 * migration changes the type of a column that it gives, each connection fails once: give such a column another name.
 */
export const prepared = (text: string, values: unknown[]): QueryConfig => ({ name: nameOf(text), text, values });

/** The one row a statement must give. */
export const one = <T>(rows: T[], what: string): T => {
  const [row] = rows;
  if (row === undefined) throw new Error(`${what}: no row came back`);
  return row;
};
