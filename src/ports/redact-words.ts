import type { Rule } from "./redact-rule.ts";

/** The words of a command are read as the one line that they are: `-p` says something about the word behind it. */

// A space that no command has in it, so that the line can be taken apart again.
const between = "\u2003";

export const redactWords = (words: readonly string[], line: (text: string) => string): string[] => {
  const clean = line(words.join(between)).split(between);
  return clean.length === words.length ? clean : words.map(line);
};

const quoted = /(\\{0,32}["'])((?:(?!\1)[^\r\n]){0,1000})\1/g;

/** `["mysql", "-pX"]` in a line of JSON, YAML or Python. */
export const lists =
  (line: (text: string) => string): Rule =>
  (text) =>
    /\[\s?\\*["']/.test(text)
      ? text.replace(/\[\s?\\*["'][^[\]\r\n]{1,4000}["']\s?\]/g, (list) => {
          const words = [...list.matchAll(quoted)].map(([, , word = ""]) => word);
          const clean = redactWords(words, line);
          let at = 0;
          return list.replace(quoted, (_found, quote: string) => `${quote}${clean[at++] ?? ""}${quote}`);
        })
      : text;
