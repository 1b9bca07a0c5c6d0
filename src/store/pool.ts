import pg from "pg";

export interface PoolOptions {
  url: string;
  /** Hears about connections that broke while idle (a restart, a failover). The pool replaces them by itself. */
  onError(error: Error): void;
  applicationName?: string;
  max?: number;
}

/** More than ten connections per process measured slower on small machines. */
const connections = 10;

export const openPool = ({ url, onError, applicationName = "nightshift", max = connections }: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    // The server cancels first; this one is for a server that no longer answers.
    query_timeout: 35_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
  });
  // Without a listener a broken idle connection ends the process.
  pool.on("error", onError);
  // The pool listens only while a connection is idle. One that breaks in the middle of a transaction fails its statement,
  // and that says enough; but it would end the process, too.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
};
