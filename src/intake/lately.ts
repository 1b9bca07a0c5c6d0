interface Kept<T> {
  answer: Promise<T>;
  until: number;
}

/**
 * Asks once where many ask the same within a while: those that come meanwhile share the answer. `keepFor` says for how long
 * an answer is good; a failure is nobody's answer but theirs who waited for it.
 */
export const lately = <T>(keepFor: (answer: T) => number, most: number, now: () => number) => {
  const kept = new Map<string, Kept<T>>();
  return (key: string, ask: () => Promise<T>): Promise<T> => {
    const before = kept.get(key);
    if (before !== undefined && now() < before.until) return before.answer;
    const one: Kept<T> = { answer: ask(), until: Number.POSITIVE_INFINITY };
    kept.delete(key);
    kept.set(key, one);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    one.answer.then(
      (answer) => {
        one.until = now() + keepFor(answer);
      },
      () => {
        one.until = 0;
      },
    );
    return one.answer;
  };
};
