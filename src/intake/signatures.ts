import { createHash, createHmac, timingSafeEqual } from "node:crypto";

type Secrets = readonly string[];

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Constant time whatever the lengths: digests are compared, not the texts. */
export const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const hmac = (secret: string, ...parts: (string | Uint8Array)[]): string => {
  const mac = createHmac("sha256", secret);
  for (const part of parts) mac.update(part);
  return mac.digest("hex");
};

// Every pair is compared, so the time says nothing about which one matched. An empty secret never matches.
const anyPair = (given: readonly string[], wanted: readonly string[]): boolean =>
  given.flatMap((one) => wanted.map((other) => sameText(one, other))).includes(true);

const usable = (secrets: Secrets): string[] => secrets.filter((secret) => secret !== "");

/** `X-PagerDuty-Signature: v1=<hex>[,v1=<hex>...]` over the raw bytes. */
export const pagerdutySigned = (header: string | undefined, body: Uint8Array, secrets: Secrets): boolean => {
  const given = (header ?? "")
    .split(",")
    .slice(0, 10)
    .map((part) => part.trim())
    .filter((part) => part.startsWith("v1="))
    .map((part) => part.slice(3).toLowerCase());
  return anyPair(
    given,
    usable(secrets).map((secret) => hmac(secret, body)),
  );
};

const maxSkewSeconds = 300;

/** Unix seconds; stamps from the future are refused like old ones. */
const isRecent = (timestamp: string, now: Date): boolean =>
  /^\d{1,12}$/.test(timestamp) && Math.abs(now.getTime() / 1000 - Number(timestamp)) <= maxSkewSeconds;

/** Lower-case hex over the raw bytes; where the contact point sends a timestamp, over `timestamp:` and the bytes. */
export const grafanaSigned = (
  header: string | undefined,
  timestamp: string | undefined,
  body: Uint8Array,
  secrets: Secrets,
  now: Date,
): boolean => {
  if (!header || (timestamp !== undefined && !isRecent(timestamp, now))) return false;
  const before = timestamp === undefined ? "" : `${timestamp}:`;
  return anyPair(
    [header],
    usable(secrets).map((secret) => hmac(secret, before, body)),
  );
};

/** Slack's v0. */
export const slackSigned = (
  header: string | undefined,
  timestamp: string | undefined,
  body: Uint8Array,
  secrets: Secrets,
  now: Date,
): boolean => {
  if (!header || !timestamp || !isRecent(timestamp, now)) return false;
  return anyPair(
    [header],
    usable(secrets).map((secret) => `v0=${hmac(secret, `v0:${timestamp}:`, body)}`),
  );
};

/** `Authorization: Bearer <token>`, or Basic for entries that are `user:password`. Several entries allow rotation. */
export const authorized = (header: string | undefined, entries: Secrets): boolean => {
  const [, scheme = "", value = ""] = /^(\S+)\s+(\S+)\s*$/.exec(header ?? "") ?? [];
  if (/^bearer$/i.test(scheme)) return anyPair([value], usable(entries));
  if (!/^basic$/i.test(scheme)) return false;
  return anyPair(
    [Buffer.from(value, "base64").toString()],
    usable(entries).filter((entry) => entry.includes(":")),
  );
};
