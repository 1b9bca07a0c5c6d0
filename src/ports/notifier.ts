import type { Attempt } from "../incident/attempt.ts";
import type { Notice } from "../incident/notice.ts";

/** Where it went, so that the next notice with the same key updates instead of repeating. */
export type Receipt = Record<string, string>;

export interface How {
  signal?: AbortSignal;
  /** Absent: it is tried once only. */
  attempt?: Attempt;
}

/** Tells people in chat. */
export interface Notifier {
  /** `former` is the receipt of the last notice with the same key, or null for the first. */
  post(notice: Notice, former: Receipt | null, how?: How): Promise<Receipt>;
  /** Below the message that `card` is the receipt of; absent where chat has no threads. */
  reply?(notice: Notice, card: Receipt, how?: How): Promise<Receipt>;
  /** New messages no closer together than this; absent: as they come. */
  paceMs?: number;
}

/** Wakes a person, and writes on the incident of the paging system. */
export interface Pager {
  /** `below` is the message of its incident in chat, where there is one: a page by chat goes into its thread, and to all. */
  page(notice: Notice, how?: How, below?: Receipt | null): Promise<Receipt>;
  /** Whom this page is sent by; absent: a port that nothing else goes to. */
  port?(notice: Notice): "pagerduty" | "slack" | "webhook" | "stdout";
  note(notice: Notice, former: Receipt | null, signal?: AbortSignal): Promise<Receipt>;
}

/** Tells programs what happened to an incident. */
export interface Herald {
  tell(notice: Notice, signal?: AbortSignal): Promise<Receipt>;
}

/** The incident as the paging system keeps it: who works on it, and whether it is over. Repeats change nothing. */
export interface Desk {
  /** We are at work. From `until` on it wakes people again by itself, also if we are gone. */
  acknowledge(notice: Notice, signal?: AbortSignal): Promise<Receipt>;
  resolve(notice: Notice, signal?: AbortSignal): Promise<Receipt>;
}

/** Marks what happened where people look at graphs. */
export interface Marker {
  mark(notice: Notice, signal?: AbortSignal): Promise<Receipt>;
}
