import { removeMemoriesBefore } from "../store/memories.ts";
import { holdClosed, overdue, pruneCheckpoints, removeIncident, removeOldMail } from "../store/retention.ts";
import { inTransaction } from "../store/transaction.ts";
import type { Store, WorldPorts } from "./turn-ports.ts";

export interface RetentionDeps {
  store: Store;
  world: Pick<WorldPorts, "clock">;
  /** Days after its end that an incident is kept. */
  retentionDays: number;
  /** Days after its end that an incident is remembered. */
  memoryDays: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** When the first of an incident's rows may go, counted from its end. */
export const pruneAfter = (closedAt: Date): Date => after(closedAt, dayMs);

/** A day after its end only the last checkpoint of an incident is left, and after `retentionDays` nothing. */
export const retain =
  ({ store, world, retentionDays }: RetentionDeps) =>
  (incidentId: string): Promise<void> =>
    inTransaction(store.pool, async (tx) => {
      const held = await holdClosed(tx, incidentId);
      if (held === null) return;
      const now = world.clock.now();
      const pruneAt = pruneAfter(held.closedAt);
      const removeAt = after(held.closedAt, retentionDays * dayMs);
      if (now >= removeAt) {
        await removeIncident(tx, incidentId);
        await removeOldMail(tx, after(now, -retentionDays * dayMs));
        return;
      }
      if (now >= pruneAt && !held.pruned) await pruneCheckpoints(tx, incidentId, now);
      await store.queue.send(tx, "retain", incidentId, now >= pruneAt ? removeAt : pruneAt);
    });

/** An hour late is not late: the job may be waiting for its turn. */
export const sendOverdue = async ({ store, world, retentionDays, memoryDays }: RetentionDeps): Promise<void> => {
  await removeMemoriesBefore(store.pool, after(world.clock.now(), -memoryDays * dayMs));
  const now = after(world.clock.now(), -hourMs);
  const late = await overdue(store.pool, { prune: after(now, -dayMs), remove: after(now, -retentionDays * dayMs) });
  for (const id of late) await store.queue.send(store.pool, "retain", id);
};
