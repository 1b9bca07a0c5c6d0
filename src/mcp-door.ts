import { refuseWritable } from "./database.ts";
import type { Log } from "./log.ts";
import { CannotAnswer } from "./ports/offer.ts";
import type { Redactor } from "./ports/redacted.ts";
import { makeReader } from "./responder/make-responder.ts";
import { version } from "./root.ts";
import { offer } from "./server/mcp/offer.ts";
import { type Reading, redactedReader } from "./server/mcp/reader.ts";
import type { AnswerAssistant } from "./server/options.ts";
import { openPool } from "./store/pool.ts";
import { systemClock } from "./world.ts";

const connections = 2;

interface McpDoor {
  answer: AnswerAssistant;
  close(): Promise<void>;
}

/** Assistants over HTTP read by connections of their own, which can change nothing and leave the others to the incidents. */
export const openMcpDoor = (
  url: string,
  { link, redactor, log }: { link(incidentId: string): string; redactor: Redactor; log: Log },
): McpDoor => {
  const onError = (error: Error): void => log("a database connection was lost", { error: error.message });
  const pool = openPool({ url, readOnly: true, max: connections, applicationName: "nightshift mcp", onError });
  const reader = redactedReader(makeReader({ pool, clock: systemClock, link }), redactor.value);
  let checked: Promise<void> | null = null;
  const reading: Reading = async (work) => {
    checked ??= refuseWritable(pool);
    await checked.catch((cause: unknown) => {
      checked = null;
      log("an assistant was not answered", { why: cause instanceof Error ? cause.message : String(cause) }, "error");
      throw new CannotAnswer("unavailable", "the database cannot be read; the log of Nightshift says why", { cause });
    });
    return work(reader);
  };
  let loaded: Promise<AnswerAssistant> | null = null;
  const load = async (): Promise<AnswerAssistant> => {
    const { answerOverHttp } = await import("./adapters/mcp-server.ts");
    return answerOverHttp(offer(reading), { version: version(), log });
  };
  return {
    answer: async (...asked) => {
      // The protocol's package is loaded only where somebody speaks it.
      loaded ??= load();
      return (await loaded)(...asked);
    },
    close: () => pool.end(),
  };
};
