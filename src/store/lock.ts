import type { Pool } from "pg";
import { inTransaction } from "./transaction.ts";

/** One at a time under this name, over all replicas. */
export const withLock = <T>(pool: Pool, name: string, work: () => Promise<T>): Promise<T> =>
  inTransaction(pool, async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [name]);
    return work();
  });
