export interface LogQuery {
  namespace: string;
  pod: string;
  container: string;
  /** The log of the container's life before the current one. */
  previous: boolean;
  /** At least that many of the last lines are read; what came before them as far back as is cheap. */
  lines: number;
}

/** A log made short: original lines, repeats folded behind the first of their kind. */
export interface LogText {
  text: string;
  /** Something was left out that no line of the text stands for. */
  truncated: boolean;
  /** The command a person would type to read the same, where that is not kubectl's. */
  command?: string;
}

/** Whoever has logs of containers: the kubelet, or a store that keeps them after it. Failures are PortErrors. */
export interface Logs {
  /** What people call it. */
  readonly name: string;
  /** Lines with their time first, the oldest first; null when there is no such log. */
  logs(query: LogQuery, signal?: AbortSignal): Promise<LogText | null>;
}
