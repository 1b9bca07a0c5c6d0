import { Console } from "node:console";
import { type Config, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { type Log, makeLog } from "../log.ts";
import { CannotAnswer } from "../ports/offer.ts";
import { redactor } from "../ports/redacted.ts";
import { makeReader } from "../responder/make-responder.ts";
import type { Reader } from "../responder/responder.ts";
import { version } from "../root.ts";
import { offer } from "../server/mcp/offer.ts";
import { type Reading, redactedReader } from "../server/mcp/reader.ts";
import { stopSignal } from "../stop-signal.ts";
import { redactionKeyIfAny } from "../store/settings.ts";
import { systemClock } from "../world.ts";
import { type Command, print, UsageError } from "./command.ts";
import { call, tools } from "./mcp/ask-servers.ts";
import { whileUsed } from "./mcp/while-used.ts";

/** Our own words say what to do; those of the network name hosts and users, and go to the log. */
const cannotRead = (error: Error & { code?: unknown }, log: Log): CannotAnswer => {
  log("the database cannot be read", { why: error.message }, "error");
  const code = error.code ?? (error.cause as { code?: unknown } | undefined)?.code;
  const why = code === undefined ? error.message : `the database does not answer (${String(code)})`;
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

const serve = async (config: Config): Promise<number> => {
  // Whatever prints by mistake must not get between the messages.
  globalThis.console = new Console(process.stderr);
  const log = makeLog(config.LOG_LEVEL);
  const { serveOverStdio } = await import("../adapters/mcp-server.ts");
  await serveOverStdio(offer(readingFrom(config, log)), { version: version(), log, signal: stopSignal() });
  return 0;
};

export const mcp: Command = {
  usage: "mcp [tools | call TOOL [ARGUMENTS]]",
  summary: "lets an assistant ask about incidents over MCP, read-only",
  help: () =>
    `Without more: for the configuration of an assistant (docs/mcp.md), not for a terminal: stdin and stdout carry the protocol, the
log goes to stderr. It needs the database alone, no cluster and no model: DATABASE_URL, or NIGHTSHIFT_DATA_DIR of the embedded one.
Nothing can be changed through it; its database connections are read-only.

tools: what each server of NIGHTSHIFT_MCP offers to the model, and why not more; exit code 1 when something is refused or a server
does not answer. call: asks one of those tools, e.g. nightshift mcp call mcp_grafana_query '{"expr":"up"}'.`,
  run: async ([what, ...args]) => {
    const config = readConfig(process.env);
    switch (what) {
      case undefined:
        return serve(config);
      case "tools":
        return tools(config);
      case "call":
        print(await call(config, args));
        return 0;
      default:
        throw new UsageError(`there is no "mcp ${what}"; there are mcp tools and mcp call`);
    }
  },
};
