/** The error that ended a process, as its log tells it. Only ever a suggestion: anybody may write anything to a log. */
export interface Uncaught {
  readonly by: string;
  readonly type: string;
  readonly message: string;
  /** The line as it stands in the log, to be quoted. */
  readonly line: string;
  readonly origin: string | null;
  /** The last line of what it says, where that is more than its own: what stands before it is no later error. */
  readonly until?: string;
}

export type Parser = (lines: readonly string[]) => Uncaught | null;
