import { flags, named, pairs, variables } from "./redact-named.ts";
import type { Replace } from "./redact-rule.ts";
import { firstShapes, lastShapes } from "./redact-shapes.ts";
import { spokenForms } from "./redact-spoken.ts";
import { lists } from "./redact-words.ts";

export type { Replace } from "./redact-rule.ts";

const rules = [...firstShapes, ...spokenForms, variables, pairs, named, flags, ...lastShapes];

// Colours and spaces of no width would stand between a name and its value, and say nothing.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const colours = /(?:\u001b|\\u001b|\\x1b|\\033)\[[0-9;?]{0,30}[A-Za-z]/gi;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const titles = /\u001b\][^\u0007\u001b\r\n]{0,300}(?:\u0007|\u001b\\)/g;
const unseen = /[\u200b-\u200d\u2060\ufeff]/g;

/** Redacted by us, or masked by whoever wrote it. */
const isHidden = (secret: string): boolean => /^(?:\[redacted:|\*+$|x{3,}$)/.test(secret);

const line = (text: string, hide: Replace): string =>
  rules.reduce((rest, rule) => rule(rest, (secret) => (isHidden(secret) ? secret : hide(secret))), text);

export const redactText = (text: string, hide: Replace): string => {
  const seen = text.replace(colours, "").replace(titles, "").replace(unseen, "");
  return line(lists((words) => line(words, hide))(seen, hide), hide);
};
