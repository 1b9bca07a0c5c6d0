/** A symbol, so that nothing read from outside can carry it. */
const original = Symbol("hash of the original");

type Marked = object & { [original]?: string };

/** Marks a copy without secrets with the hash of what it was copied from: only what is played from a tape carries it. */
export const withOriginalHash = <T extends object>(copy: T, hash: string | undefined): T =>
  hash === undefined ? copy : Object.defineProperty(copy, original, { value: hash });

export const originalHash = (value: object): string | undefined => (value as Marked)[original];
