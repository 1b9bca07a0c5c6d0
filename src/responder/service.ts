import { orphans } from "../store/families.ts";
import { missedDeadlines, missedWakes } from "../store/lost.ts";
import { forgottenNotices } from "../store/notices.ts";
import { signal } from "../store/queue.ts";
import { inTransaction, inUnhurriedTransaction } from "../store/transaction.ts";
import { forgotten } from "../store/turns.ts";
import { type AdvanceDeps, advance } from "./advance.ts";
import { type DeliverDeps, deliver, undeliverable } from "./deliver.ts";
import { onDeadline } from "./give-up.ts";
import { type RetentionDeps, retain, sendOverdue } from "./retention.ts";

export interface ServiceDeps
  extends AdvanceDeps,
    Pick<RetentionDeps, "retentionDays" | "memoryDays">,
    Pick<DeliverDeps, "notifier" | "pager" | "herald" | "desk" | "marker"> {
  /** Incidents advanced at the same time in this process. */
  slots: number;
}

const sweepMs = 30_000;
/** So late a timer is lost rather than waiting for its turn. */
const lateMs = 60_000;

/**
 * A moment that was waited for, and as well a dead letter: that is a hint, not a sentence. The incident is asked again, and its
 * own count decides when to give up.
 */
const signalAgain =
  ({ store }: Pick<ServiceDeps, "store">) =>
  (id: string): Promise<void> =>
    inUnhurriedTransaction(store.pool, (tx) => signal(tx, store.queue, id));

const sweepTimers = async (deps: Pick<ServiceDeps, "store" | "log" | "world">): Promise<void> => {
  const { store, log, world } = deps;
  const late = new Date(world.clock.now().getTime() - lateMs);
  for (const id of await missedWakes(store.pool, late)) {
    log("an incident waits for a moment that has passed or for its next try; signalled again", { incidentId: id });
    await signalAgain(deps)(id);
  }
  for (const id of await missedDeadlines(store.pool, late)) {
    log("an incident fires beyond its deadline and nobody was paged; looked at again", { incidentId: id });
    await store.queue.send(store.pool, "deadline", id);
  }
};

/** Finds what should move and has no job: a crash in the one place no transaction covers, or a job lost by hand. */
export const sweep = async (deps: Pick<ServiceDeps, "store" | "log" | "world">): Promise<void> => {
  const { store, log } = deps;
  for (const id of await forgotten(store.pool)) {
    log("an incident had a signal and no job; signalled again", { incidentId: id });
    await inTransaction(store.pool, (tx) => store.queue.send(tx, "advance", id));
  }
  for (const id of await orphans(store.pool)) {
    log("an incident was held by one that is over; looked at again", { incidentId: id });
    await signalAgain(deps)(id);
  }
  await sweepTimers(deps);
  await forgottenNotices(store.pool, store.queue);
};

/** Takes jobs until stopped. Any number of processes may do this on one database. */
export const startService = async (deps: ServiceDeps): Promise<{ stop(graceMs: number): Promise<void> }> => {
  const { store } = deps;
  const delivery: DeliverDeps = { ...deps, clock: deps.world.clock };
  await store.queue.work("advance", deps.slots, advance(deps));
  await store.queue.work("advance-dead", 1, signalAgain(deps));
  await store.queue.work("wake", 2, signalAgain(deps));
  await store.queue.work("deadline", 1, (id) => onDeadline(deps, id));
  await store.queue.work("retain", 1, retain(deps));
  await store.queue.work("notify", 2, deliver(delivery));
  await store.queue.work("page", 2, deliver(delivery));
  await store.queue.work("notify-dead", 1, undeliverable(delivery));
  const swept = () =>
    sweep(deps)
      .then(() => sendOverdue(deps))
      .catch((error: Error) => deps.log("the sweep failed and runs again", { error: error.message }, "error"));
  await swept();
  const timer = setInterval(swept, sweepMs);
  return {
    stop: async (graceMs) => {
      clearInterval(timer);
      await store.queue.stop(graceMs);
    },
  };
};
