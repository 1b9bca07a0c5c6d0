import type { Replace } from "./redact-rule.ts";

/** Of its own: a part of a text keeps the whole of it in memory, and that may be the answer of a server. */
const ownCopy = (text: string): string => ` ${text}`.slice(1);

/**
 * A text that was answered lately is not worked out again: the last `most` of them at least, twice as many at most, and none
 * that is longer than `longest`. They are held as they came, secrets too, in memory only.
 */
export const remembering = (most: number, longest: number, work: Replace): Replace => {
  let [young, old] = [new Map<string, string>(), new Map<string, string>()];
  return (text) => {
    if (text.length > longest) return work(text);
    const known = young.get(text);
    if (known !== undefined) return known;
    const answer = old.get(text) ?? work(text);
    if (young.size >= most) [young, old] = [new Map(), young];
    const own = ownCopy(text);
    young.set(own, answer === text ? own : ownCopy(answer));
    return answer;
  };
};
