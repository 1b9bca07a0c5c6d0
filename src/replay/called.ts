import { canonical, sha256OfText } from "../incident/canonical.ts";
import type { TapedCall } from "../incident/tape.ts";

const saidLength = 240;

/** What a call is found by, and how it is told to people. */
export const called = (call: string, args: readonly unknown[]): Pick<TapedCall, "call" | "args" | "said"> => {
  const text = canonical(args);
  return { call, args: sha256OfText(text).slice(0, 24), said: text.slice(1, -1).slice(0, saidLength) };
};

export const callKey = ({ call, args }: Pick<TapedCall, "call" | "args">): string => `${call} ${args}`;
