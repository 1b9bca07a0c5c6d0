import type { Notice } from "../incident/notice.ts";

/** Where it went, so that the next notice with the same key updates instead of repeating. */
export type Receipt = Record<string, string>;

/** Tells people in chat. */
export interface Notifier {
  /** `former` is the receipt of the last notice with the same key, or null for the first. */
  post(notice: Notice, former: Receipt | null, signal?: AbortSignal): Promise<Receipt>;
}

/** Wakes a person, and writes on the incident of the paging system. */
export interface Pager {
  page(notice: Notice, signal?: AbortSignal): Promise<Receipt>;
  note(notice: Notice, former: Receipt | null, signal?: AbortSignal): Promise<Receipt>;
}

/** Tells programs what happened to an incident. */
export interface Herald {
  tell(notice: Notice, signal?: AbortSignal): Promise<Receipt>;
}
