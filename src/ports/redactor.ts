import { createHmac } from "node:crypto";
import { redactAny } from "./redact-object.ts";
import type { Replace } from "./redact-rule.ts";
import { redactText } from "./redact-text.ts";
import { remembering } from "./remembering.ts";

export interface Redactor {
  text(text: string): string;
  /** The same structure with its strings redacted; JSON inside strings (annotations) is looked into. */
  value<T>(value: T): T;
}

/**
 * One placeholder per value, so that "the same in both places" stays visible. The key keeps it from being guessed. A log that
 * fails says the same secret line by line.
 */
const hider = (key: string): Replace =>
  remembering(
    1_000,
    Number.POSITIVE_INFINITY,
    (secret) => `[redacted:${createHmac("sha256", key).update(secret).digest("hex").slice(0, 4)}]`,
  );

export const redactor = (key: string): Redactor => {
  const hide = hider(key);
  // What a cluster lists is much the same from look to look, and from alert to alert.
  const text = remembering(10_000, 300, (given) => redactText(given, hide));
  // Redaction replaces strings by strings (and the number that a password may be), so the shape is kept.
  return { text, value: <T>(value: T): T => redactAny(value, { text, hide }) as T };
};
