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

  const drain = async (): Promise<void> => {
    busy = true;
    for (let batch = waiting.splice(0, most); batch.length > 0; batch = waiting.splice(0, most)) {
      const all = batch;
      await (all.length === 1
        ? settleOne(all[0] as (typeof all)[number])
        : settle(all).catch(() => Promise.all(all.map(settleOne))));
    }
    busy = false;
  };

  return (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!busy) void drain();
    });
};
