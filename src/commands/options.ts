import { type Command, UsageError } from "./command.ts";

const option = /--[a-z][a-z-]*/g;

/** What the help does not name is refused: an option that is misspelt would silently not count. */
export const refuseUnknown = (name: string, { usage, help }: Command, args: readonly string[]): void => {
  const known = new Set(`${usage}\n${help()}`.match(option));
  const unknown = args.flatMap((arg) => /^(--[^\s=]+)(=|$)/.exec(arg)?.[1] ?? []).find((one) => !known.has(one));
  if (unknown !== undefined)
    throw new UsageError(`${name} has no option ${unknown}; nightshift ${name} --help lists them`);
};
