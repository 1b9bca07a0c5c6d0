/** One subcommand of `nightshift`. */
export interface Command {
  /** Without the program's name, e.g. `eval <folder>`. */
  usage: string;
  /** One line for the list of commands. */
  summary: string;
  /** What `--help` prints below the usage. */
  help: () => string;
  /** Resolves to the exit code. */
  run: (args: readonly string[]) => Promise<number>;
}

/** The command line was wrong; the message says how to put it right. Exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

// A reader that has seen enough, like `head`, is no reason to fail.
process.stdout.on("error", () => undefined);

export const print = (text: string): void => {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
};

export const printJson = (value: unknown): void => print(JSON.stringify(value));
