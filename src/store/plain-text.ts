/** Text as a `text` column gives it back: Postgres refuses NUL, and its driver replaces half of a surrogate pair. */
export const plainText = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");

/** JSON whose strings Postgres can look into: its json operators refuse a whole document for one \u0000 in it. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === "string" ? plainText(part) : part));
