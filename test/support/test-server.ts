import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../src/store/embedded-postgres.ts";

export interface TestServer {
  url: string;
  /** The server outlives the run, and with it whatever a failed test leaves in it. */
  keeps: boolean;
  stop(): Promise<void>;
}

/** The Postgres of one test run: DATABASE_URL_TEST, or an embedded one of its own, so that parallel runs do not meet. */
export const startTestServer = async (): Promise<TestServer> => {
  const url = process.env.DATABASE_URL_TEST;
  if (url) return { url, keeps: true, stop: async () => undefined };
  const dataDir = await mkdtemp(join(tmpdir(), "postgres-"));
  // Tests kill our processes, not the server: waiting for the disk proves nothing here.
  const settings = { fsync: "off", max_connections: "300", autovacuum: "off" };
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined, settings });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: server.url, keeps: false, stop };
};
