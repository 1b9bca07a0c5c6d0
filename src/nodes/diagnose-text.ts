import { createHash } from "node:crypto";

/** Marks where data begins and ends; the same over the rounds of an incident, and not to be guessed from within its logs. */
export const fenceFor = (incidentId: string): string =>
  `data-${createHash("sha256").update(`fence ${incidentId}`).digest("hex").slice(0, 10)}`;

// Control characters but tab and line feed; zero-width and direction marks; tags that only a model can see.
const unseen = /(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u{e0000}-\u{e007f}]/gu;
const lookAlike = /<\s*\/?\s*data-?[^>\n]{0,40}>?|\bdata-[0-9a-f]{10}\b/gi;

/** Text from outside without what is not to be seen and without what looks like our own markers. */
export const cleaned = (text: string): string => text.replace(unseen, "").replace(lookAlike, "[marker]");

export const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more)`;

export const fenced = (fence: string, text: string): string => `<${fence}>\n${text}\n</${fence}>`;

/** One space for any white space, so that a quote may break its lines elsewhere. */
export const evened = (text: string): string => cleaned(text).replace(/\s+/g, " ").trim();

/** What there is no room for is counted: what is not seen here may be there all the same. */
export const firstOf = (lines: readonly string[], most: number): string[] => {
  const left = lines.length - most;
  return left > 0 ? [...lines.slice(0, most), `… ${left} more`] : [...lines];
};
