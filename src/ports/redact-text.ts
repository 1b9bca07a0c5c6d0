import { encodedTexts, secretObjects } from "./redact-encoded.ts";
import { moreForms } from "./redact-more.ts";
import { bareNames, flags, named, pairs, variables } from "./redact-named.ts";
import { prefixed } from "./redact-prefixed.ts";
import { protocols } from "./redact-protocols.ts";
import type { Replace, Rule } from "./redact-rule.ts";
import { servers } from "./redact-servers.ts";
import { firstShapes, lastShapes } from "./redact-shapes.ts";
import { spokenForms } from "./redact-spoken.ts";
import { tables } from "./redact-tables.ts";
import { marked, structs, terms } from "./redact-terms.ts";
import { plain, unpacked } from "./redact-unpack.ts";
import { lists } from "./redact-words.ts";
import { elements } from "./redact-xml.ts";

export type { Replace } from "./redact-rule.ts";

const rules: readonly Rule[] = [
  secretObjects,
  ...firstShapes,
  ...protocols,
  ...servers,
  ...tables,
  ...spokenForms,
  ...moreForms,
  elements,
  variables,
  pairs,
  structs,
  terms,
  marked,
  named,
  bareNames,
  flags,
  ...lastShapes,
];

// Colours and spaces of no width would stand between a name and its value, and say nothing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const colours = /(?:\u001b|\\u001b|\\x1b|\\033)\[[0-9;?]{0,30}[A-Za-z]/gi;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const titles = /\u001b\][^\u0007\u001b\r\n]{0,300}(?:\u0007|\u001b\\)/g;
const unseen = /[\u200b-\u200d\u2060\ufeff]/g;
const visible = (text: string): string => text.replace(colours, "").replace(titles, "").replace(unseen, "");

/** Redacted by us, or masked by whoever wrote it. */
const isHidden = (secret: string): boolean => /^(?:\[redacted:|\*+$|x{3,}$)/.test(secret);

const line = (text: string, hide: Replace): string => {
  const once = (secret: string): string => (isHidden(secret) ? secret : hide(secret));
  const read = (given: string): string => rules.reduce((rest, rule) => rule(rest, once), given);
  const signs = plain(text);
  if (signs === text) return read(text);
  // Read as what the escapes say; where nothing is hidden the text stays as it was written.
  const clean = read(signs);
  return clean === signs ? text : clean;
};

export const redactText = (text: string, hide: Replace): string => {
  const inner = (inside: string): string => redactText(inside, hide);
  const open = encodedTexts(inner)(unpacked(inner)(prefixed(inner)(visible(text), hide), hide), hide);
  return line(lists((words) => line(words, hide))(open, hide), hide);
};
