const maxBytes = 64 * 1024;
const maxErrorLines = 20;
const maxLine = 2_000;

const tellsOfError =
  /\b(error|fatal|panic|exception|traceback|critical|refused|denied|cannot|could not|failed|killed|not found)\b/i;

const shortened = (line: string): string =>
  line.length <= maxLine ? line : `${line.slice(0, maxLine)}… (${line.length - maxLine} characters left out)`;

/** Index of the first line of the longest end that fits. */
const endThatFits = (lines: string[], budget: number): number => {
  let left = budget;
  let at = lines.length;
  while (at > 0) {
    left -= Buffer.byteLength(lines[at - 1] ?? "") + 1;
    if (left < 0) break;
    at -= 1;
  }
  return at;
};

/** The last bound, for logs that nobody made short: tapes of older versions, ports of others. At most 64 KB: the end of the log, and before it the first lines that tell of an error, for that is where trouble began. */
export const boundedLog = (text: string): { text: string; truncated: boolean } => {
  const lines = text.split("\n").map(shortened);
  const whole = lines.join("\n");
  if (Buffer.byteLength(whole) <= maxBytes) return { text: whole, truncated: whole !== text };
  const from = endThatFits(lines, maxBytes - maxErrorLines * (maxLine / 5));
  const errors = lines
    .slice(0, from)
    .filter((line) => tellsOfError.test(line))
    .slice(0, maxErrorLines)
    .map((line) => line.slice(0, maxLine / 10));
  const gap = `… ${from - errors.length} lines left out …`;
  return { text: [...errors, gap, ...lines.slice(from)].join("\n"), truncated: true };
};
