import type { Evidence } from "../../src/incident/evidence.ts";
import type { Notice } from "../../src/incident/notice.ts";
import type { Archive } from "../../src/ports/archive.ts";
import type { Bookshelf } from "../../src/ports/bookshelf.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Outbox } from "../../src/ports/outbox.ts";

/** An archive that lasts as long as the test; `kept` holds everything in the order it came. */
export const memoryArchive = (): Archive & { kept: Map<string, Evidence> } => {
  const kept = new Map<string, Evidence>();
  return {
    kept,
    keep: async (evidence) => {
      for (const one of evidence) if (!kept.has(one.id)) kept.set(one.id, structuredClone(one));
    },
    open: async (ids) =>
      ids.map((id) => {
        const one = kept.get(id);
        if (!one) throw new Error(`there is no evidence ${id} in the archive`);
        return structuredClone(one);
      }),
  };
};

/** An outbox that only remembers. */
export const memoryOutbox = (): Outbox & { sent: Notice[] } => {
  const sent: Notice[] = [];
  return { sent, send: async (notice) => void sent.push(structuredClone(notice)) };
};

/** A clock that stands still until it is advanced. */
export const stillClock = (start = new Date("2026-11-22T15:00:00Z")): Clock & { advance(ms: number): void } => {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
  };
};

export const emptyBookshelf: Bookshelf = { search: async () => [] };
