import { setTimeout as pause } from "node:timers/promises";
import type { IncidentRow } from "../../src/responder/responder.ts";
import type { Stage } from "../chaos/stage.ts";

const over = ["escalated", "resolved", "dismissed", "awaiting-approval"];

/** What the replicas of a stage say, asked of whichever answers. */
export const board = async ({ slots, pool }: Stage) => {
  const up = async (): Promise<string> => {
    for (;;) {
      const url = slots.map((slot) => slot.url()).find((one) => one !== null);
      if (url) return url;
      await pause(50);
    }
  };
  while (slots.some((slot) => slot.url() === null)) await pause(50);

  const get = async <T>(path: string): Promise<T> => {
    for (;;) {
      try {
        const response = await fetch(`${await up()}${path}`, { signal: AbortSignal.timeout(10_000) });
        if (response.ok) return (await response.json()) as T;
      } catch {
        // Killed meanwhile: another one answers.
      }
      await pause(100);
    }
  };
  const list = async (query = ""): Promise<IncidentRow[]> => {
    const rows: IncidentRow[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { items: IncidentRow[]; cursor: string | null } = await get(
        `/api/incidents?cursor=${cursor}${query}`,
      );
      rows.push(...page.items);
      cursor = page.cursor;
    }
    return rows;
  };
  return {
    list,
    find: async (kind: string): Promise<IncidentRow | null> => (await list(`&subject=${kind}`))[0] ?? null,
    /** Incidents that somebody was paged about. */
    paged: async (): Promise<string[]> => {
      const { rows } = await pool.query<{ id: string }>(
        "select incident_id as id from nightshift.notices where channel = 'page'",
      );
      return rows.map(({ id }) => id);
    },
    /** Nobody investigates any more; false after so many seconds. */
    atRest: async (seconds: number): Promise<boolean> => {
      const deadline = Date.now() + seconds * 1000;
      while (Date.now() < deadline) {
        const rows = await list();
        if (rows.length > 0 && rows.every(({ status }) => over.includes(status))) return true;
        await pause(500);
      }
      return false;
    },
  };
};

export type Board = Awaited<ReturnType<typeof board>>;
