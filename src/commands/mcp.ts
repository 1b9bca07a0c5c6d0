import { Console } from "node:console";
import { createRequire } from "node:module";
import { type Config, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { type Log, makeLog } from "../log.ts";
import { CannotAnswer } from "../ports/offer.ts";
import { redactor } from "../ports/redacted.ts";
import { makeReader } from "../responder/make-responder.ts";
import type { Reader } from "../responder/responder.ts";
import { offer } from "../server/mcp/offer.ts";
import { type Reading, redactedReader } from "../server/mcp/reader.ts";
import { stopSignal } from "../stop-signal.ts";
import { redactionKeyIfAny } from "../store/settings.ts";
import { systemClock } from "../world.ts";
import type { Command } from "./command.ts";
import { whileUsed } from "./mcp/while-used.ts";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

/** Our own words say what to do; those of the network name hosts and users, and go to the log. */
const cannotRead = (error: Error & { code?: unknown }, log: Log): CannotAnswer => {
  log("the database cannot be read", { why: error.message }, "error");
  const why = error.code === undefined ? error.message : `the database does not answer (${String(error.code)})`;
  return new CannotAnswer("unavailable", why, { cause: error });
};

const openReader = async (config: Config, log: Log): Promise<{ reader: Reader; close(): Promise<void> }> => {
  try {
    const { pool, close } = await openDatabase(config, log, { migrate: false, readOnly: true });
    const base = config.NIGHTSHIFT_URL ?? `http://${config.HOST}:${config.PORT}`;
    const reader = makeReader({ pool, clock: systemClock, link: (id) => `${base}/api/incidents/${id}/report` });
    const redact = redactor((await redactionKeyIfAny(pool)) ?? "nothing was redacted");
    return { reader: redactedReader(reader, redact.value), close };
  } catch (error) {
    throw cannotRead(error as Error, log);
  }
};

const readingFrom = (config: Config, log: Log): Reading => {
  const opened = whileUsed(() => openReader(config, log));
  return (work) => opened(({ reader }) => work(reader));
};

export const mcp: Command = {
  usage: "mcp",
  summary: "lets an assistant ask about incidents, evidence and reports over stdin and stdout (MCP); read-only",
  help: () =>
    `For the configuration of an assistant (docs/mcp.md), not for a terminal: stdout carries the protocol, the log goes to stderr.
It needs the database alone, no cluster and no model: DATABASE_URL, or NIGHTSHIFT_DATA_DIR of the embedded one. Nothing can be
changed through it; its database connections are read-only.`,
  run: async () => {
    const config = readConfig(process.env);
    // Whatever prints by mistake must not get between the messages.
    globalThis.console = new Console(process.stderr);
    const log = makeLog(config.LOG_LEVEL);
    const { serveOverStdio } = await import("../adapters/mcp-server.ts");
    await serveOverStdio(offer(readingFrom(config, log)), { version, log, signal: stopSignal() });
    return 0;
  },
};
