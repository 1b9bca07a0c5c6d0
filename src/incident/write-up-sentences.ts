import { prose } from "./write-up-text.ts";

const quotation = /“([^”]*)”/g;

const withQuotes = (text: string, most: number): string =>
  text.replace(quotation, (whole, inner: string) =>
    inner.length <= most ? whole : `“${inner.slice(0, most).trimEnd()}…”`,
  );

/** Sentences end before a capital or a quotation: "1.27" and "e.g. this" do not end one. */
const sentenceEnd = /(?<=[.?!…”]) (?=[A-Z“])/;

const whole = (text: string, most: number): string | null => {
  const kept: string[] = [];
  for (const sentence of text.split(sentenceEnd)) {
    if ([...kept, sentence].join(" ").length > most - 2) break;
    kept.push(sentence);
  }
  return kept.length > 0 ? `${kept.join(" ")} …` : null;
};

/**
 * Our own words within a bound: quotations give way first, for they stand below in full; then whole sentences from the end.
 * Nothing ends in the middle of a number or a name.
 */
export const sentences = (text: string, most: number): string => {
  if (text.length <= most) return prose(text, most);
  const first = text.slice(0, most * 20);
  const shorter = [300, 160, 100, 60, 40].map((quote) => withQuotes(first, quote)).find((one) => one.length <= most);
  return prose(shorter ?? whole(withQuotes(first, 40), most) ?? first, most);
};
