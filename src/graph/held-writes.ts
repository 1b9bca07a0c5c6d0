type Work = () => Promise<void>;

/** What one task wrote. */
interface Held {
  /** What must be kept before it, and before the checkpoint that takes it in. */
  ready: Promise<void>;
  end(takenIn: boolean): void;
}

/**
 * A checkpoint takes in what the tasks of its parent wrote, and removes it. LangGraph hands over both in one turn of the event
 * loop, so the writes wait for that long: with the checkpoint behind them they need not be written at all. Where none comes,
 * or it fails, they are sent. So are those of the input: its own checkpoint is on its way still, and LangGraph keeps
 * checkpoints one after the other.
 */
export class HeldWrites {
  readonly #held = new Map<string, Set<Held>>();

  /** Resolves when the writes are kept, alone or in a checkpoint. What `ready` or `send` throws is thrown. */
  async hold(parent: string, ready: Promise<void>, send: Work): Promise<void> {
    const { promise: takenIn, resolve: end } = Promise.withResolvers<boolean>();
    const held = { ready, end };
    this.#held.set(parent, (this.#held.get(parent) ?? new Set()).add(held));
    const endTurn = () =>
      setImmediate(() => {
        if (this.#release(parent, held)) end(false);
      });
    // Also where that failed: the checkpoint of this turn has to fail with it.
    ready.then(endTurn, endTurn);
    await ready;
    if (!(await takenIn)) await send();
  }

  /** Puts the checkpoint after `parent`, when all that it takes in is ready; what either throws is thrown. */
  async takeIn(parent: string, put: Work): Promise<void> {
    const all = [...(this.#held.get(parent) ?? [])];
    this.#held.delete(parent);
    const end = (takenIn: boolean): void => {
      for (const one of all) one.end(takenIn);
    };
    try {
      await Promise.all(all.map(({ ready }) => ready));
      await put();
    } catch (error) {
      end(false);
      throw error;
    }
    end(true);
  }

  /** False: a checkpoint has it. */
  #release(parent: string, held: Held): boolean {
    const all = this.#held.get(parent);
    const was = all?.delete(held) ?? false;
    if (all?.size === 0) this.#held.delete(parent);
    return was;
  }
}
