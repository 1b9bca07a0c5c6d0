import type { Parser } from "./parser.ts";

interface Language {
  readonly by: string;
  /** Must stand somewhere before or on the error line: without it a colon in a chat line would be an error. */
  readonly opens: RegExp;
  readonly error: RegExp;
  readonly origin?: RegExp;
}

/** Frames of libraries: where an error came up, seldom where it comes from. */
const foreign =
  /\/usr\/(?:local\/)?lib\/|site-packages|<frozen|node:|node_modules|\b(?:java|javax|jdk|sun|org\.springframework)\./;

const parser =
  ({ by, opens, error, origin }: Language): Parser =>
  (lines) => {
    const at = lines.findLastIndex((line) => opens.test(line));
    if (at < 0) return null;
    const rest = lines.slice(at);
    const line = rest.find((one) => error.test(one));
    const match = line === undefined ? null : error.exec(line);
    if (line === undefined || !match) return null;
    const frames = origin ? rest.filter((one) => origin.test(one)) : [];
    const from = frames.findLast((one) => !foreign.test(one)) ?? frames.at(-1);
    return {
      by,
      type: match.groups?.type ?? by,
      message: match.groups?.message ?? line,
      line,
      origin: (from && origin?.exec(from)?.[1]) ?? null,
    };
  };

export const languages: readonly Parser[] = [
  parser({
    by: "python",
    opens: /^\s*Traceback \(most recent call last\):/,
    // What follows the frames is not indented, whatever the class of the exception is called.
    error: /^(?<type>[A-Za-z_][\w.]*)(?:: (?<message>.*))?$/,
    origin: /^\s*(File "[^"]+", line \d+)/,
  }),
  parser({
    by: "node",
    opens: /^(?:\/|file:|node:|\s*throw |Uncaught |\[?UnhandledPromiseRejection|\s*(?:\w*Error)(?: \[\w+\])?: )/,
    error: /^(?:Uncaught )?(?:\[?UnhandledPromiseRejection[^:]*: )?(?<type>\w*Error(?: \[\w+\])?): (?<message>.*)$/,
    origin: /^\s+at .*?\(?((?:\/|file:|node:)[^)]+:\d+:\d+)\)?$/,
  }),
  parser({
    by: "java",
    opens:
      /^(?:.*\s)?Exception in thread "|^Caused by: |^(?:[\w$]+\.)+[\w$]*(?:Exception|Error)(?:\$\w+)?(?::|$)|Application run failed/,
    error:
      /^(?:.*Exception in thread "[^"]*" (?=[\w$.]+(?:: |$))|(?:Caused by: )?(?=(?:[\w$]+\.)+[\w$]*(?:Exception|Error)(?:\$\w+)?(?:: |$)))(?<type>[\w$.]+)(?:: (?<message>.*))?$/,
    origin: /^\s+at ([\w$.]+\([\w.]+:\d+\))/,
  }),
  parser({
    by: "go",
    opens: /^(?:panic|fatal error): /,
    error: /^(?<type>panic|fatal error): (?<message>.*)$/,
    origin: /^\s+(\/\S+\.go:\d+)/,
  }),
  parser({
    by: "ruby",
    opens: /^\S+\.rb:\d+:in [`'][^']+': .*\(\w[\w:]*\)/,
    error: /^(?:\S+\.rb:\d+):in [`'][^']+': (?<message>.*) \((?<type>\w[\w:]*)\)/,
    origin: /^(\S+\.rb:\d+)/,
  }),
  parser({
    by: "dotnet",
    opens: /^Unhandled exception\. /,
    error: /^Unhandled exception\. (?<type>[\w.]+)(?: \((?:0x)?[\dA-Fa-f]+\))?: (?<message>.*)$/,
    origin: /^\s+at (\S.*)$/,
  }),
  parser({
    by: "elixir",
    opens: /^\*\* \([\w.]+\) /,
    error: /^\*\* \((?<type>[\w.]+)\) (?<message>.*)$/,
    origin: /^\s+(?:\([^)]*\) )?(\S+\.exs?:\d+)/,
  }),
  parser({
    by: "php",
    opens: /PHP Fatal error: |^Fatal error: /,
    error: /(?:PHP )?Fatal error: \s*(?:Uncaught (?<type>[\w\\]+): )?(?<message>.*)$/,
    origin: / in (\/\S+(?::| on line )\d+)/,
  }),
  parser({
    by: "c++",
    opens: /^terminate called after throwing an instance of '/,
    error: /^\s+what\(\): +(?<message>.*)$/,
  }),
  parser({
    by: "rust",
    opens: /^thread '[^']*'(?: \(\d+\))? panicked at /,
    error: /^thread '[^']*'(?: \(\d+\))? panicked at (?<message>.*)$/,
    origin: /panicked at (\S+:\d+:\d+)/,
  }),
];
