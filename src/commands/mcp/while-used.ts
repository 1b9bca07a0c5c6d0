interface Closable {
  close(): Promise<void>;
}

/**
 * Opened by the first who needs it and closed by the last. An assistant keeps us running for days: the embedded database
 * must not end with it, nor an upgrade of the schema go unseen.
 */
export const whileUsed = <Thing extends Closable>(
  open: () => Promise<Thing>,
): (<T>(work: (thing: Thing) => Promise<T>) => Promise<T>) => {
  let users = 0;
  let opened: Promise<Thing> | null = null;
  let closed: Promise<unknown> = Promise.resolve();
  return async (work) => {
    users += 1;
    opened ??= closed.then(open);
    const mine = opened;
    try {
      return await work(await mine);
    } finally {
      users -= 1;
      if (users === 0) {
        opened = null;
        closed = mine.then((thing) => thing.close()).catch(() => undefined);
        await closed;
      }
    }
  };
};
