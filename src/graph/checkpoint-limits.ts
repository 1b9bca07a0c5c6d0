/** Lists in state are written anew each step: what is large belongs into evidence, with its id in the state. */
export const valueLimit = 64 * 1024;
export const checkpointLimit = 256 * 1024;

/** A state that grew too large: a fault of ours, not of the database. */
export class StateTooLarge extends Error {
  constructor(what: string, bytes: number, limit: number) {
    super(
      `${what} is ${bytes} bytes as JSON, more than the ${limit} that a checkpoint may hold of it: ` +
        "store the large part as evidence and keep its id in the state.",
    );
    this.name = "StateTooLarge";
  }
}

/** `texts` are the named JSON texts of one write. */
export const guardSize = (texts: { name: string; text: string }[], whole: string): void => {
  let sum = 0;
  for (const { name, text } of texts) {
    const bytes = Buffer.byteLength(text);
    if (bytes > valueLimit) throw new StateTooLarge(name, bytes, valueLimit);
    sum += bytes;
  }
  if (sum > checkpointLimit) throw new StateTooLarge(whole, sum, checkpointLimit);
};
