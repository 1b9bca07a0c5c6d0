import type { Pool, PoolClient } from "pg";

/** Runs `work` in one transaction on one connection. A failed rollback drops the connection instead of reusing it. */
export const inTransaction = async <T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    await client.query("rollback").then(
      () => client.release(),
      (cause: Error) => client.release(cause),
    );
    throw error;
  }
};

/** What can run a statement: the pool, or a connection inside a transaction. */
export type Runner = Pick<Pool | PoolClient, "query">;

/** The one row a statement must give. */
export const one = <T>(rows: T[], what: string): T => {
  const [row] = rows;
  if (row === undefined) throw new Error(`${what}: no row came back`);
  return row;
};
