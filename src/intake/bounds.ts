import { z } from "zod";

/** More in one message are left out: a group that large is one outage, and its first thousands name it. Never a refusal: the
 * sender would drop the whole of it. */
export const maxAlerts = 5000;
const maxLabels = 100;
const maxText = 1024;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as a whole, or the rest of it would stay
const escapes = /\u001b\[[0-9;?]{0,30}[A-Za-z]/g;

/** Text from outside: no control characters, nothing that turns the reading direction, at most so many bytes. */
export const clean = (text: string, maxBytes = maxText): string => {
  const bytes = Buffer.from(text.slice(0, maxBytes).toWellFormed().replace(escapes, "").replace(control, ""));
  return bytes.byteLength <= maxBytes
    ? bytes.toString()
    : bytes
        .subarray(0, maxBytes)
        .toString()
        .replace(/\ufffd+$/, "");
};

const scalar = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** Labels or annotations. Senders that decode YAML turn `"3"` into 3, so scalars of any type are taken as text. */
export const textMap = (value: Record<string, unknown>, maxBytes = maxText): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => key !== "__proto__" && one !== null && one !== undefined)
      .slice(0, maxLabels)
      .map(([key, one]) => [clean(key, 256), clean(scalar(one), maxBytes)]),
  );

/** Tolerant: absent and null are an empty map. */
export const TextMap = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => textMap(value ?? {}));

const zeroTime = "0001-";

/** ISO 8601 UTC, or null for Go's zero time, for nothing and for nonsense: a year of more than four digits is that, too. */
export const isoTime = (text: string | null | undefined): string | null => {
  if (!text || text.startsWith(zeroTime)) return null;
  const time = new Date(text);
  const iso = Number.isNaN(time.getTime()) ? "" : time.toISOString();
  return /^\d{4}-/.test(iso) ? iso : null;
};
