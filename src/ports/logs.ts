export interface LogQuery {
  namespace: string;
  pod: string;
  /** Null where nobody knows its containers any more: all of them. */
  container: string | null;
  /** The log of the container's life before the current one. */
  previous: boolean;
  /** At least that many of the last lines are read; what came before them as far back as is cheap. */
  lines: number;
  /** When that life began and ended at the latest, ISO 8601: a store has the logs of all lives in a row. The kubelet knows by itself. */
  from?: string;
  to?: string;
}

/** A log made short: original lines, repeats folded behind the first of their kind. */
export interface LogText {
  text: string;
  /** Something was left out that no line of the text stands for. */
  truncated: boolean;
  /** Where lines were left out: the text with each of them redacted beside those that stood around it in the log. */
  redacted?: (redact: (text: string) => string) => string;
  /** What follows only a store tells. Which store it was. */
  from?: string;
  /** The command a person would type to read the same. */
  command?: string;
  /** Whose log it is, where no container was named and there was but one. */
  container?: string;
}

/** Whoever has logs of containers: the kubelet, or a store that keeps them after it. Failures are PortErrors. */
export interface Logs {
  /** What people call it. */
  readonly name: string;
  /** Lines with their time first, the oldest first; null when there is no such log. */
  logs(query: LogQuery, signal?: AbortSignal): Promise<LogText | null>;
}
