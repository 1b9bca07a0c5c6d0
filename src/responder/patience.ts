import type { Channel, Notice } from "../incident/notice.ts";
import type { Clock } from "../ports/clock.ts";
import type { Notifier, Pager, Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { lastReceipt, queueOf, type Waiting } from "../store/notices.ts";
import {
  claimPost,
  hasAnswered,
  holdForPage,
  isSilent,
  pauseOf,
  pausePort,
  pauseSilent,
  postDueIn,
} from "../store/pauses.ts";
import type { Runner } from "../store/transaction.ts";
import type { Store } from "./turn-ports.ts";

export interface PatienceDeps {
  store: Store;
  notifier: Notifier;
  pager: Pager;
  clock: Clock;
}

const portOfChannel: Record<Exclude<Channel, "page">, string> = {
  card: "slack",
  thread: "slack",
  note: "pagerduty",
  acknowledge: "pagerduty",
  resolve: "pagerduty",
  event: "webhook",
  annotation: "grafana",
};

/** Which port a notice goes to. */
const portOf = ({ pager }: PatienceDeps, notice: Notice): string | null =>
  notice.channel === "page" ? (pager.port?.(notice) ?? null) : portOfChannel[notice.channel];

/** A page to PagerDuty is tried again by the queue, in seconds, whatever its other calls were told. */
const isImpatient = ({ channel }: Notice, port: string | null): boolean => channel === "page" && port === "pagerduty";

/** Nobody but chat wakes a person about this. */
export const postsPage = (deps: PatienceDeps, notice: Notice): boolean =>
  notice.channel === "page" && portOf(deps, notice) === portOfChannel.card;

/** How late a job that is due may be picked up. */
const pickUpMs = 2_000;

/** The port's own word on when it wants to hear more: not before, however many notices and replicas wait. */
const later = async (deps: PatienceDeps, notice: Notice, ms: number): Promise<void> => {
  const { pool, queue } = deps.store;
  if (postsPage(deps, notice)) await holdForPage(pool, new Date(deps.clock.now().getTime() + ms + pickUpMs));
  // Timers of the queue run by real time.
  await queue.send(pool, queueOf(notice.channel), notice.key, new Date(Date.now() + ms));
};

const mostPauseMs = 15 * 60_000;

/** True: the other side asked to be left alone for a while, and is. */
export const pausedBy = async (deps: PatienceDeps, { notice }: Waiting, error: unknown): Promise<boolean> => {
  if (!(error instanceof PortError) || error.retryAfterMs === null) return false;
  if (isImpatient(notice, error.port)) return false;
  const ms = Math.min(Math.max(error.retryAfterMs, 1_000), mostPauseMs);
  await pausePort(deps.store.pool, error.port, new Date(deps.clock.now().getTime() + ms));
  await later(deps, notice, ms);
  return true;
};

export const mustWait = async (deps: PatienceDeps, { notice }: Waiting): Promise<boolean> => {
  const port = portOf(deps, notice);
  const now = deps.clock.now();
  const until = port === null || isImpatient(notice, port) ? null : await pauseOf(deps.store.pool, port, now);
  if (until === null) return false;
  await later(deps, notice, until.getTime() - now.getTime());
  return true;
};

const silentMs: [number, number] = [5_000, 60_000];
/** Longer than one try takes. */
const tryMs = 45_000;

/** A port that gives no answer holds one worker at most: the queue brings the others back, and counts their tries. */
export const refuseWhileSilent = async (deps: PatienceDeps, { notice }: Waiting): Promise<void> => {
  const port = portOf(deps, notice);
  if (port === null || isImpatient(notice, port)) return;
  if (await isSilent(deps.store.pool, port, deps.clock.now(), tryMs))
    throw new PortError(port, "unreachable", "has not answered and is left alone for a while");
};

export const noteAnswer = async (deps: PatienceDeps, { notice }: Waiting, receipt: Receipt): Promise<void> => {
  const port = portOf(deps, notice);
  if (port !== null && !isImpatient(notice, port) && !("skipped" in receipt)) await hasAnswered(deps.store.pool, port);
};

export const noteSilence = async (deps: PatienceDeps, { notice }: Waiting, error: unknown): Promise<void> => {
  const { store, clock } = deps;
  const port = portOf(deps, notice);
  if (port === null || isImpatient(notice, port) || !(error instanceof PortError)) return;
  if (error.reason === "timeout" || error.reason === "unreachable")
    await pauseSilent(store.pool, port, clock.now(), silentMs);
  else await hasAnswered(store.pool, port);
};

/** The page that is the incident's message in chat until the card takes it over, the first of them; null: there is none. */
export const pageInChat = async (db: Runner, { incidentId }: Notice): Promise<Receipt | null> => {
  const { thread, ...page } = (await lastReceipt(db, `page:${incidentId}`)) ?? {};
  const ts = thread ?? page.ts;
  return ts ? { ...page, ts } : null;
};

const isPost = async (deps: PatienceDeps, { notice, receipt }: Waiting): Promise<boolean> => {
  if (postsPage(deps, notice)) return true;
  if (notice.channel === "card") return receipt === null && (await pageInChat(deps.store.pool, notice)) === null;
  // What waits for its card takes no place in the line.
  return notice.channel === "thread" && (await lastReceipt(deps.store.pool, `card:${notice.incidentId}`)) !== null;
};

const longestTurnMs = 30_000;

/** Chat takes new messages only so fast. Who is early comes again when it is its turn. */
export const mustQueue = async (deps: PatienceDeps, waiting: Waiting): Promise<boolean> => {
  const { paceMs } = deps.notifier;
  if (paceMs === undefined || !(await isPost(deps, waiting))) return false;
  const { pool } = deps.store;
  const { key } = waiting.notice;
  const now = deps.clock.now();
  if (await claimPost(pool, key, now, paceMs)) return false;
  await later(deps, waiting.notice, Math.min(await postDueIn(pool, key, now, paceMs), longestTurnMs));
  return true;
};
