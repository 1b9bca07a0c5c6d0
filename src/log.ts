import { pino } from "pino";

export type Log = (line: string, fields?: Record<string, unknown>) => void;

/** One JSON line per event on stderr. stdout belongs to commands. Secrets never reach it: callers pass names, not values. */
export const makeLog = (level: string): Log => {
  const logger = pino(
    { level, base: { app: "nightshift" }, redact: ["*.authorization", "*.token", "*.password"] },
    pino.destination(2),
  );
  return (line, fields) => logger.info(fields ?? {}, line);
};
