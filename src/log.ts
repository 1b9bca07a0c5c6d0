import { pino } from "pino";

/** `warn`: somebody should set something up. `error`: somebody should look, whatever else is silenced. */
export type Level = "info" | "warn" | "error";

export type Log = (line: string, fields?: Record<string, unknown>, level?: Level) => void;

/** One JSON line per event on stderr. stdout belongs to commands. Secrets never reach it: callers pass names, not values. */
export const makeLog = (level: string): Log => {
  const logger = pino(
    { level, base: { app: "nightshift" }, redact: ["*.authorization", "*.token", "*.password"] },
    pino.destination(2),
  );
  return (line, fields, severity = "info") => logger[severity](fields ?? {}, line);
};
