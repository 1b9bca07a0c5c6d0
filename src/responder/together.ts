import { setImmediate } from "node:timers/promises";

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Items that come while others are worked on are worked on together next, so that many share one transaction. When a
 * batch fails, each of its items is tried alone, one after the other: one that cannot be taken refuses no other.
 * But where nobody answers any more (`isDown`), each would wait as long again: those that are left are refused at once.
 */
export const together = <Item, Result>(
  most: number,
  work: (items: Item[]) => Promise<Result[]>,
  isDown: (error: unknown) => boolean = () => false,
) => {
  const waiting: Waiting<Item, Result>[] = [];
  let busy = false;

  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    const results = await work(batch.map(({ item }) => item));
    for (const [at, { resolve }] of batch.entries()) resolve(results[at] as Result);
  };

  /** In the order in which they came: an alert and its resolve must not change places. */
  const settleEach = async ([one, ...rest]: readonly Waiting<Item, Result>[]): Promise<void> => {
    if (one === undefined) return;
    try {
      await settle([one]);
    } catch (error) {
      one.reject(error);
      if (isDown(error)) return rest.forEach(({ reject }) => void reject(error));
    }
    return settleEach(rest);
  };

  const settleAll = (batch: readonly Waiting<Item, Result>[]): Promise<void> =>
    batch.length === 1 ? settleEach(batch) : settle(batch).catch(() => settleEach(batch));

  const drain = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      // Whoever was just answered may have the next one at hand.
      await setImmediate();
      await settleAll(waiting.splice(0, most));
    }
    busy = false;
  };

  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!busy) void drain();
    });
};
