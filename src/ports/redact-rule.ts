import { isSaid, isValue } from "./redact-prose.ts";

export type Replace = (secret: string) => string;

/** Takes one family of secrets out of a text. */
export type Rule = (text: string, hide: Replace) => string;

/** `mark` is in every text that the pattern can match: most texts are told apart without trying it. */
export const whole =
  (mark: RegExp, pattern: RegExp): Rule =>
  (text, hide) =>
    mark.test(text) ? text.replace(pattern, (found) => hide(found)) : text;

/** The pattern's first group stays, its second is hidden. */
export const after =
  (mark: RegExp, pattern: RegExp): Rule =>
  (text, hide) =>
    mark.test(text) ? text.replace(pattern, (_found, kept: string, secret: string) => kept + hide(secret)) : text;

/** As `after`, but words that are no value stay. */
export const spoken =
  (mark: RegExp, pattern: RegExp): Rule =>
  (text, hide) =>
    mark.test(text)
      ? text.replace(pattern, (found, kept: string, secret: string, at: number) =>
          isValue(secret) && !isSaid(text, at + kept.length, secret) ? kept + hide(secret) : found,
        )
      : text;

/** What a log puts before each line, as patterns: the time as the kubelet writes it, and as any other writes it. */
export const kubeletTime = /\d{4}-\d\d-\d\dT[\d:.Z+-]{8,30} /.source;
export const logTime = /\d{4}-\d\d-\d\d[\d:.,TZ+ -]{9,25}[ \t]/.source;

/** Letters and digits together, which no word is: up to one of the stops, and as far as `within` looks for either. */
export const lettersAndDigits = (stops: string, { within = "{0,400}", end = stops } = {}): string =>
  `(?=[^${stops}]${within}\\d)(?=[^${stops}]${within}[A-Za-z])[^${end}]{8,200}`;
