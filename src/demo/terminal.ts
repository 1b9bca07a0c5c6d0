import { once } from "node:events";
import { createInterface } from "node:readline/promises";

const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint =
  (code: number) =>
  (text: string): string =>
    colours ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = paint(1);
export const dim = paint(2);
export const cyan = paint(36);
export const yellow = paint(33);

export const say = (text = ""): void => {
  process.stdout.write(`${text}\n`);
};

/** Lines no longer than the screen, broken between words; what has no space stays whole so that it can be copied. */
export const wrapped = (text: string, indent: number): string[] => {
  const room = Math.max(40, Math.min(process.stdout.columns ?? 120, 120) - indent);
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** One question on the terminal; everything but y is no. Null: there was no answer, or it is no longer wanted. */
export const confirm = async (question: string, unasked: AbortSignal): Promise<boolean | null> => {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // While it reads, the terminal hands Ctrl-C to us instead of the process.
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const given = terminal.question(`${question} [y/N] `, { signal: unasked });
    const ended = once(terminal, "close").then(() => null);
    const answer = await Promise.race([given.catch(() => null), ended]);
    return answer === null ? null : /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
};
