import pg from "pg";

export interface PoolOptions {
  url: string;
  /** Hears about connections that broke while idle (a restart, a failover). The pool replaces them by itself. */
  onError(error: Error): void;
  applicationName?: string;
  max?: number;
  /** No statement of any of its connections can change anything: the server refuses it. */
  readOnly?: boolean;
  /**
   * For short statements that are said over and over: a connection never reads a whole table, for a plan is kept that was made
   * while the tables were empty.
   */
  brisk?: boolean;
}

/** More than ten connections per process measured slower on small machines. */
const connections = 10;

/**
 * Where no index fits a table is read all the same, and before Postgres 18 such a plan counts as so dear that it is compiled, each
 * time it runs.
 */
export const noWholeTables = ["enable_seqscan=off", "jit=off"];

/** In the address, because what stands there goes before what is beside it. */
export const beginningWith = (url: string, settings: readonly string[]): string => {
  if (settings.length === 0) return url;
  const changed = new URL(url);
  const options = changed.searchParams.get("options") ?? "";
  changed.searchParams.set("options", [options, ...settings.map((one) => `-c ${one}`)].join(" ").trim());
  return changed.href;
};

export const openPool = (options: PoolOptions): pg.Pool => {
  const { url, onError, applicationName = "nightshift", max = connections, readOnly = false, brisk = false } = options;
  const pool = new pg.Pool({
    connectionString: beginningWith(url, [
      ...(readOnly ? ["default_transaction_read_only=on"] : []),
      ...(brisk ? noWholeTables : []),
    ]),
    application_name: applicationName,
    max,
    // A connection takes a statement before the one before it is answered: for `inOneGo`.
    pipeline: true,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    // The server cancels first; this one is for a server that no longer answers.
    query_timeout: 35_000,
    // One that says nothing in the middle of a short transaction is frozen, and holds rows that others answer from.
    idle_in_transaction_session_timeout: brisk ? 10_000 : 60_000,
    keepAlive: true,
  });
  // Without a listener a broken idle connection ends the process.
  pool.on("error", onError);
  // The pool listens only while a connection is idle. One that breaks in the middle of a transaction fails its statement,
  // and that says enough; but it would end the process, too.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
};
