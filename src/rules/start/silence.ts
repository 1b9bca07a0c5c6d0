import type { LogText } from "../world/log-text.ts";

/** How it comes that no error is told. */
export const silence = (log: LogText | null): string => {
  if (log === null) return "its log was not read";
  return log.lines.length === 0 ? "it wrote no log" : "its log names no error";
};
