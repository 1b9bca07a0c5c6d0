import { livedOn } from "./aftermath.ts";
import { lackIn } from "./missing.ts";
import type { Plain } from "./plain.ts";
import { isFatal, reportsOnly } from "./reports.ts";

/** How a runtime prints the error that ends its process: a head, places, and what belongs to them. */
interface Trace {
  readonly opens: RegExp;
  /** At least one such line after the head, so that a sentence of the same words is none. */
  readonly proves: RegExp;
  /** Lines that may stand before the first such line: a message of several lines. Python's stands after the places. */
  readonly messageLast?: true;
}

const traces: readonly Trace[] = [
  { opens: /^Traceback \(most recent call last\):/, proves: /^\s+File "/, messageLast: true },
  { opens: /^(?:Uncaught )?(?:\w+\.)*\w*Error(?: \[\w+\])?: /, proves: /^\s+at .*:\d+:\d+\)?$/ },
  { opens: /^Exception in thread "main" /, proves: /^\s+at [\w$.<>/]+\(/ },
  { opens: /^(?:panic|fatal error): /, proves: /^goroutine \d+ \[|^\[signal / },
  { opens: /^\S+\.rb:\d+:in [`'][^']+': .*\(\w[\w:]*\)/, proves: /^\s+from \S+\.rb:\d+/ },
  { opens: /^Unhandled exception\. /, proves: /^\s+at \S/ },
  { opens: /^\*\* \([\w.]+\) /, proves: /^\s+\S.*\.exs?:\d+/ },
  { opens: /^(?:PHP )?Fatal error: +Uncaught /, proves: /^#\d+ |^\s+thrown in / },
  { opens: /^terminate called after throwing an instance of '/, proves: /^\s+what\(\): / },
  { opens: /^thread '[^']*'(?: \(\d+\))? panicked at /, proves: /^\S/ },
];

/** Of a trace, whatever its language: indented, empty, a closing bracket, or what joins one part to the next. */
export const continues =
  /^\s|^$|^[\])}]+,?$|^(?:Caused by|\[?cause\]?:|The above exception|During handling|Traceback |Stack trace:|#\d+ |goroutine \d|created by |exit status|note: |stack backtrace|\[signal |Node\.js v\d|[\w./*()[\]-]+\(.*\)(?: in goroutine \d+)?$|rax|r[a-z\d]{2} )/;

/** Of the same error: Node's "[cause]: Error: x" only looks as if a logger had said it. */
export const ofSame = ({ whole, severe }: Plain): boolean => severe === null || /^\s+\[\w+\]: /.test(whole);

/** A message may go on in lines of its own: a list, or names with their troubles below them. */
const listed = /^\s*(?:[-*•✖→[({>|]|\d+[.)] )/;

/** Printed by a runtime that goes on, or is on its way out. */
const aside = /^(?:Exception ignored in|Error in atexit|Exception in thread (?!"main"))/;

/** Of a message that stands below its places: there only what looks like more of it belongs to it. */
export const messageEnd = (plain: readonly Plain[], from: number): number => {
  const head = plain[from]?.text ?? "";
  const opens = /:\s*$/.test(head);
  const several = opens || /\bvalidation errors? for\b/.test(head);
  let end = from + 1;
  for (; end < plain.length; end += 1) {
    const line = plain[end];
    if (line === undefined || !ofSame(line)) break;
    const { whole: text } = line;
    const below = plain[end + 1]?.whole ?? "";
    const named = several && /^[\w.]+$/.test(text) && /^\s/.test(below);
    if (text === "" || !(opens || continues.test(text) || listed.test(text) || named)) break;
  }
  return end;
};

const endOf = (plain: readonly Plain[], at: number, { proves, messageLast }: Trace): number | null => {
  const proof = plain.findIndex(({ text }, index) => index > at && proves.test(text));
  const between = plain.slice(at + 1, Math.max(at, proof));
  if (proof < 0 || between.length > 20 || between.some(({ severe }) => severe !== null)) return null;
  let end = proof + 1;
  for (let line = plain[end]; line && ofSame(line) && continues.test(line.whole); line = plain[end]) end += 1;
  return messageLast ? messageEnd(plain, end) : end;
};

/** Where the last trace ends that its runtime, and no logger, printed. */
const traceEnd = (plain: readonly Plain[]): number | null => {
  for (let at = plain.length - 1; at >= 0; at -= 1) {
    const { text, whole } = plain[at] ?? { text: "", whole: "" };
    const before = plain[at - 1];
    const trace = text === whole ? traces.find(({ opens }) => opens.test(text)) : undefined;
    if (!trace || before?.severe === true || aside.test(before?.text ?? "")) continue;
    const end = endOf(plain, at, trace);
    if (end !== null) return end;
  }
  return null;
};

/** Said on the way out, by what runs only there. */
const onTheWayOut =
  /\b(?:shutdown|exit|clean-?up) (?:hook|handler)|\b(?:during|while|on) (?:shutdown|shutting down|exit)\b/i;

/** The program's own last word, of which the trace before it was none: it had caught that error, and ended of this one. */
const endsOfThis = ({ text, whole, severe }: Plain): boolean => {
  if (reportsOnly(text) || onTheWayOut.test(text)) return false;
  const lack = lackIn(text);
  return lack !== null && (isFatal(whole) || (severe === true && lack.kind === "variable"));
};

/** What stands after the trace that ended a process is said on the way out, or by others: unless the program got over it. */
export const untilFinalTrace = (plain: readonly Plain[]): readonly Plain[] => {
  const end = traceEnd(plain);
  if (end === null) return plain;
  const later = plain.slice(end);
  if (livedOn("", later)) return plain;
  return plain.slice(0, end + later.findLastIndex(endsOfThis) + 1);
};
