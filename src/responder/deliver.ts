import type { Clock } from "../ports/clock.ts";
import type { Notifier, Pager, Receipt } from "../ports/notifier.ts";
import { lockIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { noticeFailed, noticeSent, type Waiting, waitingNotice } from "../store/notices.ts";
import { inTransaction } from "../store/transaction.ts";
import type { Store } from "./turn-ports.ts";

export interface DeliverDeps {
  store: Store;
  notifier: Notifier;
  pager: Pager;
  clock: Clock;
  log: (line: string, fields?: Record<string, unknown>, level?: "info" | "warn" | "error") => void;
}

const sendOut = (
  { notifier, pager }: DeliverDeps,
  { notice, receipt }: Waiting,
  signal: AbortSignal,
): Promise<Receipt> => {
  switch (notice.channel) {
    case "card":
      return notifier.post(notice, receipt, signal);
    case "note":
      return pager.note(notice, receipt, signal);
    case "page":
      return pager.page(notice, signal);
  }
};

/** Delivers one notice. Throws when it could not: the queue tries again with growing pauses, then declares it dead. */
export const deliver =
  (deps: DeliverDeps) =>
  async (key: string, signal: AbortSignal): Promise<void> => {
    const waiting = await waitingNotice(deps.store.pool, key);
    if (waiting === null) return;
    try {
      const receipt = await sendOut(deps, waiting, signal);
      await noticeSent(deps.store.pool, key, waiting.version, receipt, deps.clock.now());
    } catch (error) {
      await noticeFailed(deps.store.pool, key, error instanceof Error ? error.message : String(error));
      throw error;
    }
  };

/** A notice nobody got, after all tries: on the record, and loud. */
export const undeliverable =
  (deps: DeliverDeps) =>
  async (key: string): Promise<void> => {
    const waiting = await waitingNotice(deps.store.pool, key);
    if (waiting === null) return;
    const { incidentId, channel, title } = waiting.notice;
    deps.log("a notice could not be delivered; nobody has seen it", { key, incidentId, channel }, "error");
    await inTransaction(deps.store.pool, async (tx) => {
      await lockIncident(tx, incidentId);
      const line = `the ${channel} "${title}" could not be delivered after all tries`;
      await append(tx, incidentId, { at: deps.clock.now().toISOString(), kind: "notice", actor: "nightshift", line });
    });
  };
