type Send = () => Promise<void>;

interface Held {
  /** Nothing is sent for as long as the checkpoint is on its way. */
  wait(): void;
  takenIn(): void;
  send(): void;
}

const held = (send: Send, onSent: (one: Held) => void): [one: Held, kept: Promise<void>] => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sendNow = (): void => void send().then(resolve, reject);
  const one: Held = { wait: () => clearImmediate(timer), takenIn: resolve, send: sendNow };
  const timer = setImmediate(() => {
    onSent(one);
    sendNow();
  });
  return [one, promise];
};

/**
 * A checkpoint takes in what the tasks of its parent wrote, and removes it. LangGraph hands over both in one turn of the event
 * loop, so the writes wait for that long: with the checkpoint behind them they need not be written at all. Where none comes,
 * or it fails, they are sent.
 */
export class HeldWrites {
  readonly #held = new Map<string, Set<Held>>();

  /** @param parent what the writes belong to. Resolves when they are kept, or the checkpoint that took them in is. */
  hold(parent: string, send: Send): Promise<void> {
    const all = this.#held.get(parent) ?? new Set();
    const [one, kept] = held(send, (sent) => {
      all.delete(sent);
      if (all.size === 0) this.#held.delete(parent);
    });
    this.#held.set(parent, all.add(one));
    return kept;
  }

  /** @param put keeps the checkpoint after `parent`; what it throws is thrown. */
  async takeIn(parent: string, put: Send): Promise<void> {
    const all = [...(this.#held.get(parent) ?? [])];
    this.#held.delete(parent);
    for (const one of all) one.wait();
    try {
      await put();
    } catch (error) {
      for (const one of all) one.send();
      throw error;
    }
    for (const one of all) one.takenIn();
  }
}
