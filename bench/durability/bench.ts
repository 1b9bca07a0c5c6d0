// What keeping everything costs, and how fast it is picked up again: `npm run bench:durability`. Each ratio is taken
// against a baseline of the same run. A line that misses its bar begins with "!". `-- saver|webhooks|walk|recovery` runs a part.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../src/store/embedded-postgres.ts";
import { migrate } from "../../src/store/migrate.ts";
import { openPool } from "../../src/store/pool.ts";
import ownScratch from "../../test/support/scratch.ts";
import { processor } from "./measure.ts";
import { benchRecovery } from "./recovery.ts";
import { benchSaver } from "./saver.ts";
import { benchWalk } from "./walk.ts";
import { benchWebhooks } from "./webhooks.ts";

ownScratch();

const part = process.argv[2];
const wants = (name: string): boolean => part === undefined || part === name;

const onOneServer = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), "nightshift-bench-"));
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const pool = openPool({ url: server.url, onError: () => undefined });
  await migrate(pool);
  if (wants("saver")) await benchSaver(pool);
  if (wants("webhooks")) await benchWebhooks(pool, server.url);
  await pool.end();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
};

processor();
if (wants("saver") || wants("webhooks")) await onOneServer();
if (wants("walk")) await benchWalk();
if (wants("recovery")) await benchRecovery();
processor();
process.exit(0);
