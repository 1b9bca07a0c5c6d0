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
