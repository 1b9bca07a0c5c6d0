import { isPartOfKey } from "./redact-key-lines.ts";
import { isHiddenAnyway, naming } from "./redact-named.ts";
import { isPhrase, isPlace } from "./redact-prose.ts";
import type { Replace } from "./redact-rule.ts";
import { mayBeCard } from "./redact-shapes.ts";
import { redactWords } from "./redact-words.ts";
import { isAboutSecret, isPluralName, isSensitiveName, isVagueName } from "./sensitive-names.ts";

/** Secrets in objects: the name of a field says what its value is, and a list of words is a command. */

type Fields = Record<string, unknown>;

/** How strings are read: `text` looks into one, `hide` replaces one as a whole. */
export interface Reading {
  text: Replace;
  hide: Replace;
}

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
const callsIt = new RegExp(`^${naming}$`, "i");
/** `{name: "DB_PASSWORD", value: "x"}`: the name of a value is in another field. */
const nameIn = (owner: Fields, field: string): string | null => {
  const isShort = field === "v";
  if (!isShort && !/^(?:[a-z]{0,20}_?)?val(?:ue)?s?$/i.test(field)) return null;
  const names = Object.keys(owner).filter((one) => (isShort ? one === "k" : callsIt.test(one)));
  const name = names.map((one) => owner[one]).find((one) => typeof one === "string");
  return typeof name === "string" ? name : null;
};
const isPlaceholder = (text: string): boolean => /^\[redacted:[0-9a-f]{4}\]$/.test(text);
const isReference = (text: string): boolean =>
  text === "" || /^\$[({].*[)}]$/.test(text) || isPlaceholder(text) || isPlace(text) || isPhrase(text);
const hideAll = (text: string, { hide }: Reading): string => (isReference(text) ? text : hide(text));

const jsonIn = (text: string): unknown => {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Begins like JSON and is none: a log line. Read as text.
    return undefined;
  }
};

const redactString = (given: string, reading: Reading): string => {
  const inner = jsonIn(given);
  if (inner === undefined) return reading.text(given);
  try {
    const clean = JSON.stringify(redactAny(inner, reading));
    return clean === JSON.stringify(inner) ? given : clean + given.slice(given.trimEnd().length);
  } catch (error) {
    // Nested deeper than the stack: somebody wants us to fall. Read as text.
    if (error instanceof RangeError) return reading.text(given);
    throw error;
  }
};

/** A name may hold a secret, too: `{"password=x": "y"}`. */
const mapped = (fields: Fields, { text }: Reading, each: (field: string, value: unknown) => unknown): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [/[=@]/.test(field) ? text(field) : field, each(field, value)]),
  );

/** All that is below a sensitive name is secret, but for where it is kept: `{password: {secretKeyRef: {name, key}}}`. */
const redactBelow = (value: unknown, reading: Reading): unknown => {
  if (typeof value === "string") return hideAll(value, reading);
  if (typeof value === "number") return reading.hide(String(value));
  if (Array.isArray(value)) return value.map((each) => redactBelow(each, reading));
  if (!isFields(value)) return value;
  return mapped(value, reading, (field, inner) =>
    isAboutSecret(field) ? redactAny(inner, reading) : redactBelow(inner, reading),
  );
};

const redactEntry = (owner: Fields, field: string, value: unknown, reading: Reading): unknown => {
  const name = nameIn(owner, field) ?? field;
  if (isSensitiveName(name) || isSecretData(owner, field) || isPartOfKey(owner, field))
    return redactBelow(value, reading);
  if (isWords(value) && (isVagueName(name) || isPluralName(name)))
    return value.map((each) => redactEntry(owner, field, each, reading));
  if (typeof value !== "string") return redactAny(value, reading);
  if (/^\d+$/.test(value) && !mayBeCard(name)) return value;
  const clean = redactString(value, reading);
  return clean === value && isHiddenAnyway(name, value) ? hideAll(value, reading) : clean;
};

const redactList = (list: readonly string[], reading: Reading): string[] =>
  redactWords(
    list.map((word, index) => (isAnswer(list, index) ? hideAll(word, reading) : redactString(word, reading))),
    reading.text,
  );

/** A container's arguments are read behind its command, and that behind its image: they say which program it is. */
const redactCommands = (owner: Fields, reading: Reading): Fields => {
  const image = typeof owner.image === "string" ? [redactString(owner.image, reading)] : [];
  const command = isWords(owner.command) ? owner.command : [];
  const args = isWords(owner.args) ? owner.args : [];
  if (command.length + args.length === 0) return {};
  const clean = redactList([...image, ...command, ...args], reading).slice(image.length);
  return {
    ...(command.length > 0 && { command: clean.slice(0, command.length) }),
    ...(args.length > 0 && { args: clean.slice(command.length) }),
  };
};

export const redactAny = (value: unknown, reading: Reading): unknown => {
  if (typeof value === "string") return redactString(value, reading);
  if (isWords(value)) return redactList(value, reading);
  if (Array.isArray(value)) return value.map((each) => redactAny(each, reading));
  if (!isFields(value)) return value;
  return {
    ...mapped(value, reading, (field, inner) => redactEntry(value, field, inner, reading)),
    ...redactCommands(value, reading),
  };
};
