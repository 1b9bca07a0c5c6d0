import type { Channel, Notice } from "../incident/notice.ts";
import type { Desk, Herald, Marker, Pager } from "../ports/notifier.ts";
import { lockIncident } from "../store/incidents.ts";
import { append, appendOnce } from "../store/journal.ts";
import { withLock } from "../store/lock.ts";
import { noticeFailed, noticeSent, type Waiting, waitingNotice, wakeThread } from "../store/notices.ts";
import { hasWaited, waitsNoMore } from "../store/pauses.ts";
import { inTransaction } from "../store/transaction.ts";
import {
  mustQueue,
  mustWait,
  noteAnswer,
  noteSilence,
  type PatienceDeps,
  pausedBy,
  postsPage,
  refuseWhileSilent,
} from "./patience.ts";
import { trySending } from "./try-sending.ts";

export interface DeliverDeps extends PatienceDeps {
  pager: Pager;
  /** Null or absent: no outgoing webhook is set up (any more). */
  herald?: Herald | null;
  desk?: Desk | null;
  marker?: Marker | null;
  log: (line: string, fields?: Record<string, unknown>, level?: "info" | "warn" | "error") => void;
}

const ofRinging: readonly Channel[] = ["page", "acknowledge", "resolve"];

const sendOnce = async (deps: DeliverDeps, waiting: Waiting, signal: AbortSignal): Promise<void> => {
  const { pool, queue } = deps.store;
  const { key, channel, incidentId } = waiting.notice;
  const receipt = await trySending(deps, waiting, signal);
  if (receipt === null) return;
  await noteAnswer(deps, waiting, receipt);
  await noticeSent(pool, key, waiting.version, receipt, deps.clock.now());
  if (channel === "page") await waitsNoMore(pool, key);
  if (channel === "card") await wakeThread(pool, queue, incidentId);
};

/**
 * What rings and what silences one incident go one after the other: neither undoes the other half-way, and of two jobs of one
 * page the second finds it sent. Where chat is what rings, the card is one of them: the two share one message.
 */
const sendInTurn = (deps: DeliverDeps, waiting: Waiting, signal: AbortSignal): Promise<void> => {
  const { key, channel, incidentId } = waiting.notice;
  const ringsInChat = channel === "card" && postsPage(deps, { ...waiting.notice, channel: "page" });
  if (!ringsInChat && !ofRinging.includes(channel)) return sendOnce(deps, waiting, signal);
  return withLock(deps.store.pool, `ring:${incidentId}`, async () => {
    const still = await waitingNotice(deps.store.pool, key);
    if (still !== null) await sendOnce(deps, still, signal);
  });
};

const onRecord = async (
  { store, clock }: DeliverDeps,
  { incidentId, channel, title }: Notice,
  how: string,
  put: typeof append | typeof appendOnce,
) =>
  inTransaction(store.pool, async (tx) => {
    await lockIncident(tx, incidentId);
    const line = `the ${channel} "${title}" could not be delivered ${how}`;
    await put(tx, incidentId, { at: clock.now().toISOString(), kind: "notice", actor: "nightshift", line });
  });

const longestWaitMs = 30 * 60_000;

/** What is told to wait fails no try, so that the queue never declares it dead: of a page that is said after as long. */
const tellLongWait = async (deps: DeliverDeps, { notice }: Waiting): Promise<void> => {
  const { key, incidentId, channel } = notice;
  if (channel !== "page" || !(await hasWaited(deps.store.pool, key, deps.clock.now(), longestWaitMs))) return;
  deps.log("a page is told to wait for long; nobody has seen it", { key, incidentId }, "error");
  await onRecord(deps, notice, `for ${longestWaitMs / 60_000} minutes, and is still tried`, append);
};

/** Delivers one notice. Throws when it could not: the queue tries again with growing pauses, then declares it dead. */
export const deliver =
  (deps: DeliverDeps) =>
  async (key: string, signal: AbortSignal): Promise<void> => {
    const waiting = await waitingNotice(deps.store.pool, key);
    if (waiting === null) return;
    if ((await mustWait(deps, waiting)) || (await mustQueue(deps, waiting))) return tellLongWait(deps, waiting);
    await refuseWhileSilent(deps, waiting);
    try {
      await sendInTurn(deps, waiting, signal);
    } catch (error) {
      // What a stopping replica gives up says nothing of the port.
      if (!signal.aborted) await noteSilence(deps, waiting, error);
      await noticeFailed(deps.store.pool, key, error instanceof Error ? error.message : String(error));
      if (!(await pausedBy(deps, waiting, error))) throw error;
      await tellLongWait(deps, waiting);
    }
  };

/** A notice nobody got, after all tries: on the record, and loud each time. The sweep begins again. */
export const undeliverable =
  (deps: DeliverDeps) =>
  async (key: string): Promise<void> => {
    const waiting = await waitingNotice(deps.store.pool, key);
    if (waiting === null) return;
    const { incidentId, channel } = waiting.notice;
    deps.log("a notice could not be delivered; nobody has seen it", { key, incidentId, channel }, "error");
    await onRecord(deps, waiting.notice, "after all tries", appendOnce);
  };
