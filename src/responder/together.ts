import { setImmediate } from "node:timers/promises";

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Items that come while others are worked on are worked on together next, so that many share one transaction. When a
 * batch fails, each of its items is tried alone: one that cannot be taken refuses no other.
 */
export const together = <Item, Result>(most: number, work: (items: Item[]) => Promise<Result[]>) => {
  const waiting: Waiting<Item, Result>[] = [];
  let busy = false;

  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    const results = await work(batch.map(({ item }) => item));
    for (const [at, { resolve }] of batch.entries()) resolve(results[at] as Result);
  };

  const settleOne = (one: Waiting<Item, Result>): Promise<void> => settle([one]).catch(one.reject);

  const settleAll = (batch: readonly Waiting<Item, Result>[]): Promise<unknown> =>
    batch.length === 1
      ? Promise.all(batch.map(settleOne))
      : settle(batch).catch(() => Promise.all(batch.map(settleOne)));

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
