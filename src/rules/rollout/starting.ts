import type { LogText } from "../world/log-text.ts";

const boundUp = (logs: readonly (LogText | null)[]): boolean =>
  logs.some((log) =>
    log?.lines.some((line) =>
      /\b(listening|serving|started|startup complete|ready to accept|accepting connections)\b/i.test(line),
    ),
  );

/** It was busy starting: it spoke, but never said that it serves. */
export const isStarting = (logs: readonly (LogText | null)[]): boolean =>
  logs.some((log) => (log?.lines.length ?? 0) > 0) && !boundUp(logs);

/** Its last words are of a start that goes on. */
export const saysStarting = (logs: readonly (LogText | null)[]): boolean =>
  isStarting(logs) &&
  (logs.at(-1)?.lines.slice(-5) ?? []).some((line) =>
    /\b(?:starting|loading|initiali[sz]ing|warming|booting|migrat(?:ing|ions?)|preparing|building|compiling|replaying|recovering|restoring|importing|indexing|downloading|in progress)\b/i.test(
      line,
    ),
  );
