const longestText = 2_000;
const mostItems = 50;
const pageLength = 20_000;

/** An emoji is two halves: a page does not end between them. */
const wholeEnd = (text: string, end: number): number => {
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
};

const clipped = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, wholeEnd(text, most))}… (${text.length - most} characters more)`;

/** The same structure with long texts cut and long lists ended, each saying what is left out. */
export const bounded = (value: unknown, most = longestText): unknown => {
  if (typeof value === "string") return clipped(value, most);
  if (Array.isArray(value)) {
    const shown = value.slice(0, mostItems).map((each) => bounded(each, most));
    return value.length > mostItems ? [...shown, `… and ${value.length - mostItems} more`] : shown;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, bounded(each, most)]));
};

export interface TextPage {
  text: string;
  /** Where to go on; null at the end. */
  where: { offset: number; characters: number; nextOffset: number | null };
}

/** Part of a long text. */
export const pageOf = (text: string, offset: number): TextPage => {
  const end = wholeEnd(text, Math.min(text.length, offset + pageLength));
  return {
    text: text.slice(offset, end),
    where: { offset, characters: text.length, nextOffset: end < text.length ? end : null },
  };
};

/** The first page of something that is read whole or not at all, saying so where it is cut. */
export const firstPage = (text: string, more: string): string => {
  const page = pageOf(text, 0);
  return page.where.nextOffset === null
    ? page.text
    : `${page.text}\n… cut after ${page.where.nextOffset} of ${text.length} characters; ${more}`;
};
