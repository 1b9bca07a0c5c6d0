import { isValue } from "./redact-prose.ts";
import type { Replace, Rule } from "./redact-rule.ts";
import { isSensitiveName } from "./sensitive-names.ts";

/** Secrets in elements, over as many lines as they take. */

const inner = /([^<>]{1,400}?)/.source;
const start = /(?:<!\[CDATA\[)?(?:\s|\\[nrt]){0,40}/.source;
const end = /(?=(?:\s|\\[nrt]){0,40}(?:\]\]>)?<\/)/.source;

const judged = (hide: Replace) => (found: string, kept: string, name: string, value: string) =>
  isSensitiveName(name) && isValue(value.trim()) ? kept + hide(value) : found;

/** `<password>x</password>` and `<entry key="password">x</entry>` */
const content = new RegExp(`(<([\\w.:-]{1,60})((?:\\s[^<>]{0,200})?)>${start})(?=[^<>\\s])${inner}${end}\\/?`, "g");
const contents: Rule = (text, hide) =>
  text.replace(content, (found, kept: string, name: string, attributes: string, value: string) => {
    const called = /\b(?:name|key|id)=\\*["']([\w.-]{1,80})/.exec(attributes)?.[1];
    return called === undefined
      ? judged(hide)(found, kept, name, value)
      : judged(hide)(found, kept, isSensitiveName(name) ? name : called, value);
  });

/** `<name>password</name><value>x</value>` */
const pair = new RegExp(
  `(<(?:name|key|param-name|id)>\\s{0,20}([\\w.-]{1,80})\\s{0,20}<\\/[\\w-]{2,20}>(?:\\s|\\\\[nrt]){0,40}<[\\w-]{2,20}>${start})(?=[^<>\\s])${inner}${end}`,
  "gi",
);
const pairs: Rule = (text, hide) => text.replace(pair, judged(hide));

/** `<password value="x"/>` */
const value: Rule = (text, hide) =>
  text.replace(/(<([\w.:-]{1,60})\s(?:[^<>]{0,100}\s)?value=\\*["'])([^<>"'\\]{1,400})(?=\\*["'])/g, judged(hide));

/** `<property value="x" name="password"/>` */
const valueBeforeName: Rule = (text, hide) =>
  text.replace(
    /(\bvalue=\\*["'])([^<>"'\\]{1,400})(\\*["']\s{1,20}(?:name|key|id)=\\*["'])([\w.-]{1,80})/g,
    (found, kept: string, secret: string, between: string, name: string) =>
      isSensitiveName(name) && isValue(secret) ? kept + hide(secret) + between + name : found,
  );

export const elements: Rule = (text, hide) =>
  /<\/|\/>/.test(text)
    ? [contents, pairs, value, valueBeforeName].reduce((rest, rule) => rule(rest, hide), text)
    : text;
