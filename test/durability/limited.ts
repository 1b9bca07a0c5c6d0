/** Runs at most `slots` works at a time. A work that fails is told to whoever asks for it, and to nobody before. */
export const limited = (slots: number): (<T>(work: () => Promise<T>) => Promise<T>) => {
  const waiting: (() => void)[] = [];
  let free = slots;
  const enter = (): Promise<void> | undefined => {
    if (free > 0) {
      free -= 1;
      return undefined;
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return (work) => {
    const result = (async () => {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    })();
    result.catch(() => undefined);
    return result;
  };
};
