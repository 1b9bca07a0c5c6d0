import type { Logs } from "./logs.ts";
import { PortError } from "./port-error.ts";

/** Several stores as one: each is asked in turn until one has the log. That one could not be asked is told when none has it. */
export const firstWithLog = (stores: readonly Logs[]): Logs => ({
  name: stores.map(({ name }) => name).join(", "),
  logs: async (query, signal) => {
    let failure: PortError | null = null;
    for (const store of stores) {
      try {
        const log = await store.logs(query, signal);
        if (log !== null) return log;
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        failure ??= error;
      }
    }
    if (failure !== null) throw failure;
    return null;
  },
});
