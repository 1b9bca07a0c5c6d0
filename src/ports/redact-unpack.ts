import type { Rule } from "./redact-rule.ts";

/** Texts in texts: what is written with escapes is read as what it says. */

// No quote that is escaped itself: one of them begins nothing.
const packed = /(?<!\\)"((?:[^"\\\r\n]|\\["\\/bfnrtu])*)"/g;

const opened = (literal: string): string | null => {
  try {
    const inside: unknown = JSON.parse(literal);
    return typeof inside === "string" ? inside : null;
  } catch {
    return null;
  }
};

/** A string of JSON in a line is opened and read by `read`, and packed again if a secret was in it. */
export const unpacked =
  (read: (inside: string) => string): Rule =>
  (text) =>
    /\\["\\nu]/.test(text)
      ? text.replace(packed, (literal, inner: string) => {
          const inside = inner.includes("\\") ? opened(literal) : null;
          if (inside === null) return literal;
          const clean = read(inside);
          return clean.includes("[redacted:") && clean !== inside ? JSON.stringify(clean) : literal;
        })
      : text;

const signs: Record<string, string> = { quot: '"', apos: "'", amp: "&", lt: "<", gt: ">" };
const entity = /&(?:(quot|apos|amp|lt|gt)|#(\d{2,3})|#x([0-9a-f]{2}));/gi;
const escaped = /(?<!\\)(\\+)(?:u00|x)(2[0-9a-f]|3[abcdef]|[57][bd])/gi;

/** A quote that JSON escapes by number is the same with backslashes: one level of them each. */
const signOf = (slashes: string, code: string): string => {
  const sign = String.fromCharCode(Number.parseInt(code, 16));
  return sign === '"' ? `${"\\".repeat(slashes.length * 2 - 1)}"` : sign;
};

/** `\u003d`, `\x22` and `&quot;` as the signs they stand for; the text itself where there are none. */
export const plain = (text: string): string => {
  const once = text.includes("\\") ? text.replace(escaped, (_all, slashes, code) => signOf(slashes, code)) : text;
  return once.includes("&")
    ? once.replace(entity, (_all, name?: string, decimal?: string, hex?: string) =>
        name === undefined
          ? String.fromCharCode(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal))
          : (signs[name.toLowerCase()] ?? ""),
      )
    : once;
};
