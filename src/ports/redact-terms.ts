import { hideNamed } from "./redact-named.ts";
import { lettersAndDigits, type Rule } from "./redact-rule.ts";
import { mayBeSensitive } from "./sensitive-names.ts";

/** A name and its value with neither a colon nor an equals sign between them. */

const quote = /\\{0,32}["'`]/.source;
const mixed = lettersAndDigits("\\s\"'`,;|&(){}[\\]<>\\\\", { within: "{0,80}" });
// `token|user2` are two names.
const noName = "(?![A-Za-z_]{1,80}\\d{0,2}(?:[\\s,;|)}\"'`\\]\\\\]|$))";
const first = `\\{\\s?(?:<<)?(?:${quote})?([\\w.-]{2,80})(?:${quote})?(?:>>)?\\s?,\\s?`;
const forms = [
  // A string of Erlang, as it stands and as its codes, which may be one of many; any other must end the pair.
  new RegExp(`(${first}<<${quote})([^"'\`\\\\\\r\\n]{1,400})(?=${quote})`, "g"),
  new RegExp(`(${first}(?:<<|\\[))((?:\\d{1,3},\\s?){3,200}\\d{1,3})(?=>>|\\])`, "g"),
  new RegExp(`(${first}${quote})([^"'\`\\\\\\r\\n]{1,400})(?=${quote}\\s?\\})`, "g"),
  new RegExp(`(${first})${noName}(${mixed})(?=\\s?\\})`, "g"),
];
/** `{password,<<"x">>}`, `[{password,"x"}]` */
export const terms: Rule = (text, hide) =>
  text.includes("{") && mayBeSensitive(text)
    ? forms.reduce((rest, form) => rest.replace(form, hideNamed(hide)), text)
    : text;

const wrapped = new RegExp(
  `(\\b([\\w.-]{2,80})\\s?:?\\{\\s{0,8}(?:(?:string|bytes)_?)?value\\s?:\\s?${quote})([^"'\`\\\\\\r\\n]{1,400})`,
  "gi",
);
// Between two pairs, or a pair and the end, as Go writes them: with no space behind the sign, and no quotes.
const ofStruct =
  /([{[ ]([A-Za-z][\w.]{1,60}):)([^\s:{}[\]"'/][^{}[\]:"'\r\n]{0,200}? [^{}[\]:"'\r\n]{1,200}?)(?=\s[A-Za-z_][\w.]{0,60}:[^\s/]|[}\]])/g;
/** `{Host:db Password:two words Port:5432}`, `password { value: "x" }` */
export const structs: Rule = (text, hide) =>
  /[{[]/.test(text) && mayBeSensitive(text)
    ? text.replace(wrapped, hideNamed(hide)).replace(ofStruct, hideNamed(hide))
    : text;

const name = `(?<![\\w.-])([\\w.-]{2,80})(?:${quote})?`;
const marks = [
  new RegExp(`(${name}\\s?(?:→|<-)\\s?${quote})([^"'\`\\\\\\r\\n]{1,400})(?=${quote})`, "g"),
  new RegExp(`(${name}\\s?(?:→|<-)\\s?)(${mixed})`, "g"),
  new RegExp(`(${name}\\|(?:${quote})?)${noName}(${mixed})`, "g"),
];
/** `password→x`, `password <- "x"`, `password|x` */
export const marked: Rule = (text, hide) =>
  /→|<-|\|/.test(text) && mayBeSensitive(text)
    ? marks.reduce((rest, form) => rest.replace(form, hideNamed(hide)), text)
    : text;
