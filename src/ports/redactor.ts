import { createHmac } from "node:crypto";
import { redactAny } from "./redact-object.ts";
import type { Replace } from "./redact-rule.ts";
import { redactText } from "./redact-text.ts";

export interface Redactor {
  text(text: string): string;
  /** The same structure with its strings redacted; JSON inside strings (annotations) is looked into. */
  value<T>(value: T): T;
}

const mostRemembered = 1000;

/** One placeholder per value, so that "the same in both places" stays visible. The key keeps it from being guessed. */
const hider = (key: string): Replace => {
  const remembered = new Map<string, string>();
  return (secret) => {
    const before = remembered.get(secret);
    if (before !== undefined) return before;
    const mark = `[redacted:${createHmac("sha256", key).update(secret).digest("hex").slice(0, 4)}]`;
    // A log that fails says the same secret line by line.
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(secret, mark);
    return mark;
  };
};

export const redactor = (key: string): Redactor => {
  const hide = hider(key);
  const text = (given: string): string => redactText(given, hide);
  // Redaction replaces strings by strings (and the number that a password may be), so the shape is kept.
  return { text, value: <T>(value: T): T => redactAny(value, { text, hide }) as T };
};
