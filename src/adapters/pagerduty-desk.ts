import type { Notice } from "../incident/notice.ts";
import type { Clock } from "../ports/clock.ts";
import type { Desk } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import type { PagerDutyRest } from "./pagerduty-rest.ts";

export interface PagerDutyDeskOptions {
  rest: PagerDutyRest | null;
  clock: Clock;
  /** Ends what an Events v2 page began; null: none can have begun. */
  resolvePage: ((notice: Notice, signal?: AbortSignal) => Promise<void>) | null;
}

const longestSnooze = 604_800;

const secondsUntil = ({ until }: Notice, { now }: Clock): number => {
  const left = until === undefined ? 0 : Math.ceil((Date.parse(until) - now().getTime()) / 1000);
  return Math.min(Math.max(left + 60, 60), longestSnooze);
};

/** Not every account may snooze. Without it PagerDuty's own acknowledgement timeout is what rings again. */
const snoozed = async (rest: PagerDutyRest, id: string, seconds: number, signal?: AbortSignal): Promise<string> => {
  try {
    await rest.snooze(id, seconds, signal);
    return String(seconds);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return `no: ${error.message.slice(0, 200)}`;
  }
};

/** Says on PagerDuty's own incidents who works on them, and ends them. */
export const pagerdutyDesk = ({ rest, clock, resolvePage }: PagerDutyDeskOptions): Desk => ({
  acknowledge: async (notice, signal) => {
    const id = notice.pagerdutyIncident;
    if (id === null || rest === null) return { to: "nobody" };
    const { acknowledgers } = await rest.change(id, { status: "acknowledged" }, signal);
    const by = acknowledgers.at(-1)?.id ?? "";
    return { by, snoozed: await snoozed(rest, id, secondsUntil(notice, clock), signal) };
  },
  resolve: async (notice, signal) => {
    const id = notice.pagerdutyIncident;
    if (id !== null && rest !== null) {
      await rest.change(id, { status: "resolved", resolution: `${notice.title}\n${notice.link}` }, signal);
      return { resolved: id };
    }
    if (id !== null || resolvePage === null) return { to: "nobody" };
    await resolvePage(notice, signal);
    return { resolved: "page" };
  },
});
