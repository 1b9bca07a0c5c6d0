import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { openPool } from "../../src/store/pool.ts";
import { withDatabase } from "./template.ts";

export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A database of the test's own with all migrations and pg-boss's schema. `await using db = await freshDatabase()`,
 * or dispose of it yourself in afterAll. On a server that outlives the run a failed test leaves its database behind.
 */
export const freshDatabase = async (): Promise<TestDatabase> => {
  const { serverUrl, template, keeps } = inject("database");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onServer(serverUrl, `create database ${name} template ${template} strategy wal_log`);
  const url = withDatabase(serverUrl, name);
  const pool = openPool({ url, onError: () => undefined });
  const close = once(() => pool.end());
  const drop = async (): Promise<void> => {
    await close();
    await onServer(serverUrl, `drop database if exists ${name} with (force)`);
  };
  const deferred = atTestEnd(async (failed) => {
    if (failed && keeps) process.stderr.write(`the failed test left its database ${name}\n`);
    else await drop();
    await close();
  });
  return { url, pool, [Symbol.asyncDispose]: deferred ? close : drop };
};

const onServer = async (connectionString: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(statement).finally(() => client.end());
};

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
};

/** Whether a test runs now that can be waited for; in beforeAll there is none. */
const atTestEnd = (work: (failed: boolean) => Promise<void>): boolean => {
  try {
    onTestFinished(({ task }) => work(task.result?.state === "fail"));
    return true;
  } catch {
    return false;
  }
};
