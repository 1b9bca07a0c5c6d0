import type { Runner } from "./transaction.ts";

// Whoever keeps a body may find it there already and only refer to it; until that is committed nobody can see the
// reference. So those who keep share this lock, and who removes bodies waits for them.
const lock = "x'626f6479'::int";

/** Part of the statement that keeps, before it looks whether the body is there. */
export const sharingBodies = `pg_advisory_xact_lock_shared(${lock})`;

/** Until the transaction ends, nobody keeps a body. */
export const holdBodies = async (tx: Runner): Promise<void> => {
  await tx.query(`select pg_advisory_xact_lock(${lock})`);
};
