/** Text as a `text` column gives it back: Postgres refuses NUL, and its driver replaces half of a surrogate pair. */
export const plainText = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");
