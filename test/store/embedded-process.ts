import { startEmbeddedPostgres } from "../../src/store/embedded-postgres.ts";

// Starts the server, says where, and stays until it is killed or asked to stop.
const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "", log: () => undefined });
process.stdout.write(JSON.stringify(server));
process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)));
