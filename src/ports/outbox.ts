import type { Notice } from "../incident/notice.ts";

/** Takes a notice for delivery: durable once the promise resolves, delivered at least once, in the background. */
export interface Outbox {
  send(notice: Notice): Promise<void>;
}
