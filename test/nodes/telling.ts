import type { Evidence } from "../../src/incident/evidence.ts";
import type { Notice } from "../../src/incident/notice.ts";
import type { Archive } from "../../src/ports/archive.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import type { Outbox } from "../../src/ports/outbox.ts";

/** Ports that write down, in order, what they were told. */
export const listening = (evidence: readonly Evidence[]) => {
  const heard: string[] = [];
  const notices: Notice[] = [];
  const archive: Archive = {
    keep: async () => {},
    open: async (ids) =>
      ids.map((id) => {
        const found = evidence.find((one) => one.id === id);
        if (found === undefined) throw new Error(`no evidence ${id}`);
        return found;
      }),
  };
  const outbox: Outbox = {
    send: async (notice) => {
      heard.push(notice.key);
      notices.push(notice);
    },
  };
  const ledger: Ledger = {
    openApproval: async ({ hash }, round) => {
      heard.push(`approval:${hash}:${round}`);
    },
    claim: async () => ({ kind: "refused", why: "not part of this test" }),
    settle: async () => {},
  };
  const clock: Clock = { now: () => new Date("2026-03-01T02:15:00Z") };
  return { heard, notices, ports: { archive, outbox, ledger, clock } };
};

export const settings = { link: (id: string): string => `https://nightshift.example/incidents/${id}` };
