import { createHmac } from "node:crypto";
import { isHiddenAnyway } from "./redact-named.ts";
import { mayBeCard } from "./redact-shapes.ts";
import { redactText } from "./redact-text.ts";
import { redactWords } from "./redact-words.ts";
import { isAboutSecret, isSensitiveName, isVagueName } from "./sensitive-names.ts";

export interface Redactor {
  text(text: string): string;
  /** The same structure with its strings redacted; JSON inside strings (annotations) is looked into. */
  value<T>(value: T): T;
}

const mostRemembered = 1000;

/** One placeholder per value, so that "the same in both places" stays visible. The key keeps it from being guessed. */
const hider = (key: string): ((secret: string) => string) => {
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

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string");
const isFlag = (word: string): boolean => /^(?:--[a-z][\w-]*|-[a-z])$/i.test(word);
/** `--password` and behind it what it is, which may begin with a dash. */
const isAnswer = (list: readonly string[], index: number): boolean => {
  const before = list[index - 1] ?? "";
  return /^--?[\w-]+$/.test(before) && isSensitiveName(before) && !isFlag(list[index] ?? "");
};
/** Nightshift cannot read Secrets, but what other servers say may hold one. */
const isSecretData = (owner: Fields, field: string): boolean =>
  owner.kind === "Secret" && /^(?:data|stringData)$/.test(field);
/** `{name: "DB_PASSWORD", value: "x"}`: the name of a value is in another field. */
const nameIn = (owner: Fields, field: string): string | null => {
  if (!/^val(?:ue)?s?$/.test(field)) return null;
  const name = owner.name ?? owner.key;
  return typeof name === "string" ? name : null;
};
const isPlaceholder = (text: string): boolean => /^\[redacted:[0-9a-f]{4}\]$/.test(text);
const isReference = (text: string): boolean => text === "" || /^\$[({].*[)}]$/.test(text) || isPlaceholder(text);

const jsonIn = (text: string): unknown => {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Begins like JSON and is none: a log line. Read as text.
    return undefined;
  }
};

export const redactor = (key: string): Redactor => {
  const hide = hider(key);
  const hideAll = (text: string): string => (isReference(text) ? text : hide(text));
  const text = (given: string): string => redactText(given, hide);

  const string = (given: string): string => {
    const inner = jsonIn(given);
    if (inner === undefined) return text(given);
    try {
      const clean = JSON.stringify(any(inner));
      return clean === JSON.stringify(inner) ? given : clean + given.slice(given.trimEnd().length);
    } catch (error) {
      // Nested deeper than the stack: somebody wants us to fall. Read as text.
      if (error instanceof RangeError) return text(given);
      throw error;
    }
  };

  /** All that is below a sensitive name is secret, but for where it is kept: `{password: {secretKeyRef: {name, key}}}`. */
  const below = (value: unknown): unknown => {
    if (typeof value === "string") return hideAll(value);
    if (typeof value === "number") return hide(String(value));
    if (Array.isArray(value)) return value.map(below);
    if (!isFields(value)) return value;
    return mapped(value, (field, inner) => (isAboutSecret(field) ? any(inner) : below(inner)));
  };

  const entry = (owner: Fields, field: string, value: unknown): unknown => {
    const name = nameIn(owner, field) ?? field;
    if (isSensitiveName(name) || isSecretData(owner, field)) return below(value);
    if (isWords(value) && isVagueName(name)) return value.map((each) => entry(owner, field, each));
    if (typeof value !== "string") return any(value);
    if (/^\d+$/.test(value) && !mayBeCard(name)) return value;
    const clean = string(value);
    return clean === value && isHiddenAnyway(name, value) ? hideAll(value) : clean;
  };

  const words = (list: readonly string[]): string[] =>
    redactWords(
      list.map((word, index) => (isAnswer(list, index) ? hideAll(word) : string(word))),
      text,
    );

  /** A container's arguments are read behind its command, and that behind its image: they say which program it is. */
  const commands = (owner: Fields): Fields => {
    const image = typeof owner.image === "string" ? [string(owner.image)] : [];
    const [command, args] = [owner.command, owner.args].map((list) => (isWords(list) ? list : []));
    if (command === undefined || args === undefined || command.length + args.length === 0) return {};
    const clean = words([...image, ...command, ...args]).slice(image.length);
    return {
      ...(command.length > 0 && { command: clean.slice(0, command.length) }),
      ...(args.length > 0 && { args: clean.slice(command.length) }),
    };
  };

  const any = (value: unknown): unknown => {
    if (typeof value === "string") return string(value);
    if (isWords(value)) return words(value);
    if (Array.isArray(value)) return value.map(any);
    if (!isFields(value)) return value;
    return { ...mapped(value, (field, inner) => entry(value, field, inner)), ...commands(value) };
  };

  /** A name may hold a secret, too: `{"password=x": "y"}`. */
  const mapped = (fields: Fields, each: (field: string, value: unknown) => unknown): Fields =>
    Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [/[=@]/.test(field) ? text(field) : field, each(field, value)]),
    );

  // Redaction replaces strings by strings (and the number that a password may be), so the shape is kept.
  return { text, value: <T>(value: T): T => any(value) as T };
};
