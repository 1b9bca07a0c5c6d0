import { migrate } from "../../src/store/migrate.ts";
import { openPool } from "../../src/store/pool.ts";

// One of several processes that start at once: migrates the database it is told and prints what it applied.
const [url = "", folder = ""] = process.argv.slice(2);
const pool = openPool({ url, onError: () => undefined, max: 1 });
const { applied } = await migrate(pool, folder).finally(() => pool.end());
process.stdout.write(JSON.stringify(applied));
