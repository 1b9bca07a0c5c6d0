import type { Pool } from "pg";
import type { Config } from "./config.ts";
import type { Database } from "./database.ts";
import type { Log } from "./log.ts";
import { metricsOf } from "./metrics.ts";
import { newerBuildLine } from "./newer-build.ts";
import { openChat, openPagerDutyRest } from "./people.ts";
import type { Responder } from "./responder/responder.ts";
import { type Listening, listen } from "./server/listen.ts";
import type { AnswerAssistant, ServerOptions } from "./server/options.ts";
import { makeServer } from "./server/server.ts";
import { gaugesOf } from "./store/gauges.ts";
import { systemClock } from "./world.ts";

/** What keeps it from working. A cluster that does not answer is not among them: alerts must be taken all the same. */
const notReady = (pool: Pool, log: Log) => async (): Promise<string[]> => {
  try {
    await pool.query("select 1");
    return [];
  } catch (error) {
    // Its words name hosts and users, and anybody may ask.
    log("the database does not answer", { error: error instanceof Error ? error.message : String(error) }, "error");
    return ["the database does not answer"];
  }
};

interface Behind {
  responder: Responder;
  database: Pick<Database, "pool" | "newer">;
  mcp: AnswerAssistant;
  log: Log;
}

export const openFrontDoor = (config: Config, { responder, database, mcp, log }: Behind): Promise<Listening> => {
  const { pool, newer } = database;
  const options: ServerOptions = {
    responder,
    config,
    clock: systemClock,
    log,
    mcp,
    notReady: notReady(pool, log),
    remarks: async () => {
      const names = await newer();
      return names.length > 0 ? [newerBuildLine(names)] : [];
    },
    metrics: metricsOf({ ...gaugesOf(pool), newerMigrations: async () => (await newer()).length }),
    chat: openChat(config),
  };
  const rest = openPagerDutyRest(config);
  const app = makeServer(rest === null ? options : { ...options, alertPages: rest.alertPages });
  return listen(app, config.HOST, config.PORT);
};
