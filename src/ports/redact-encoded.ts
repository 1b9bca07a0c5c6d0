import { kubeletTime, type Replace, type Rule } from "./redact-rule.ts";

/** Texts in base64: read as what they say, and hidden whole where that holds a secret. */

// Of letters that people read: in every group of four the first one stands for a byte without its highest bit.
const encoded = /(?<![\w+/-])(?:[A-Za-f][\w+/-]{3}){5,20000}(?:[A-Za-f][\w+/-]{1,2}={0,2})?(?![\w+/=-])/g;
const readable = /^[\t\r\n\x20-\x7e]+$/;

const decoded = (word: string): string => Buffer.from(word, "base64").toString("latin1");
const isText = (word: string): boolean => readable.test(decoded(word.slice(0, 16))) && readable.test(decoded(word));

export const encodedTexts =
  (read: (inside: string) => string): Rule =>
  (text, hide) =>
    text.replace(encoded, (word) => {
      if (!isText(word)) return word;
      const inside = decoded(word);
      return read(inside) === inside ? word : hide(word);
    });

const isHidden = (value: string): boolean => /^\\*["']?(?:\[redacted:|$)/.test(value);

const time = `(?:${kubeletTime})?`;
const kind = new RegExp(`^${time}([ \\t]{0,20})kind: Secret[ \\t]*\\r?$`, "gm");
// What a sentence says first: `applying kind: Secret`.
const spokenKind = /[^\s-] kind: Secret[ \t]*\r?$/m;
const item = new RegExp(`^(${time}[ \\t]+[\\w.-]{1,200}:[ \\t]+)([^\\s|>][^\\r\\n]*)`, "gm");
const head = new RegExp(`^${time}([ \\t]{0,20})(?:stringData|data):[ \\t]*\\r?$`, "gm");
const data = new RegExp(
  `${time}([ \\t]{0,20})(?:stringData|data):[ \\t]*\\r?\\n(?:${time}\\1[ \\t][^\\r\\n]+(?:\\r?\\n|$)){1,200}`,
  "y",
);
/** `data:` of a Secret in YAML, whatever its keys are called: as deep as its kind. No line is read for two of them. */
const inYaml = (text: string, hide: Replace): string => {
  const depths = new Set(Array.from(text.matchAll(kind), ([, indent = ""]) => indent));
  if (spokenKind.test(text)) depths.add("");
  let done = "";
  let from = 0;
  for (const { index, 1: indent = "" } of depths.size > 0 ? text.matchAll(head) : []) {
    if (index < from || !depths.has(indent)) continue;
    data.lastIndex = index;
    const block = data.exec(text)?.[0] ?? "";
    done += text.slice(from, index);
    done += block.replace(item, (found, kept: string, value: string) => (isHidden(value) ? found : kept + hide(value)));
    from = index + block.length;
  }
  return done + text.slice(from);
};

// Backslashes before a quote are not read: a run of them would be read once for each of them.
const kindInJson = /"kind\\*":\s?\\*"Secret\\*"/;
const dataInJson = /("(?:stringData|data)\\*":\s?\{)([^{}]{1,20000})(?=\})/g;
const member = /("[\w.-]{1,200}\\*":\s?\\*")([^"\\]{1,10000})(?=\\*")/g;
const inJson = (text: string, hide: Replace): string =>
  kindInJson.test(text)
    ? text.replace(
        dataInJson,
        (_found, kept: string, members: string) =>
          kept +
          members.replace(member, (all, name: string, value: string) => (isHidden(value) ? all : name + hide(value))),
      )
    : text;

export const secretObjects: Rule = (text, hide) =>
  text.includes("Secret") && text.includes("ata") ? inJson(inYaml(text, hide), hide) : text;
