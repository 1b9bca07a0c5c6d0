import { beforeAll, expect, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { limited } from "./limited.ts";
import { type Ending, type Night, play } from "./night.ts";

const walked = [
  "gather",
  "diagnose",
  "runbook-retrieve",
  "propose",
  "request-approval",
  "await-approval",
  "act",
  "verify",
];

// Most of a night is waiting for the queue to miss a dead worker (10 s), so several are played side by side.
const nights: Record<string, Night> = {
  "in gather, while it lists": { first: { KILL_AT: "cluster.list:before:3" } },
  "in gather, with the evidence kept and no checkpoint": { first: { KILL_AT: "archive.keep:after" } },
  "in diagnose": { first: { KILL_AT: "archive.open:before" } },
  "in runbook-retrieve": { first: { KILL_AT: "bookshelf.search:before" } },
  "in propose, before the dry run": { first: { KILL_AT: "actuator.dryRun:before" } },
  "in request-approval, with the question open and nobody told": { first: { KILL_AT: "ledger.openApproval:after" } },
  "in request-approval, with people told": { first: { KILL_AT: "outbox.send:after:2" } },
  "in act, with the intent recorded and nothing written": { first: { KILL_AT: "ledger.claim:after" } },
  "in act, before the write": { first: { KILL_AT: "actuator.perform:before" } },
  "in act, with the write made and not recorded": { first: { KILL_AT: "actuator.perform:after" } },
  "in act, before the outcome is recorded": { first: { KILL_AT: "ledger.settle:before" } },
  "in act, with the outcome recorded and no checkpoint": { first: { KILL_AT: "ledger.settle:after" } },
  "after act, with what it wrote kept and no checkpoint": { first: { KILL_AT: "act:saved" } },
  "in verify": { first: { KILL_AT: "archive.keep:before:2" } },
  "in report": { first: { KILL_AT: "outbox.send:before:4" } },
};

const others = {
  rejected: { decision: "reject", first: { KILL_AT: "outbox.send:after:3" } },
  escalated: { story: "missing-setting", first: { KILL_AT: "outbox.send:before" } },
  "escalated, page stored": { story: "missing-setting", first: { KILL_AT: "outbox.send:after" } },
  "without the ledger": { first: { KILL_AT: "actuator.perform:after" }, second: { WITHOUT: "ledger" } },
  "without ledger and locks": {
    first: { KILL_AT: "actuator.perform:after", WITHOUT: "ledger,locks" },
    second: { WITHOUT: "ledger,locks" },
  },
} satisfies Record<string, Night>;

// A test waits for its night, and the night for those before it.
const patience = { timeout: 600_000 };
const endings = new Map<string, Promise<Ending>>();
const endingOf = async (name: string): Promise<Ending | undefined> => endings.get(name);

beforeAll(async () => {
  const slot = limited(8);
  for (const [name, night] of Object.entries({ ...nights, ...others })) {
    const db = await freshDatabase();
    endings.set(
      name,
      slot(() => play(night, db)),
    );
  }
}, patience.timeout);

test.each(Object.keys(nights))("killed %s, it carries on to the same end with one write", patience, async (name) => {
  const ending = await endingOf(name);

  expect(ending).toMatchObject({ status: "resolved", verdict: "recovered", writes: 1, incidents: 1 });
  expect(ending).toMatchObject({ journalBreak: null, undelivered: [] });
  expect(ending?.steps.slice(0, walked.length)).toEqual(walked);
  expect(ending?.steps.filter((step) => step !== "verify")).toEqual([...walked.slice(0, -1), "report"]);
});

test("killed after a rejection, it escalates and writes nothing", patience, async () => {
  expect(await endingOf("rejected")).toMatchObject({ status: "escalated", writes: 0, journalBreak: null });
});

test.each(["escalated", "escalated, page stored"])(
  "killed in escalate (%s), a person is paged all the same",
  patience,
  async (name) => {
    const ending = await endingOf(name);

    expect(ending).toMatchObject({ status: "escalated", writes: 0, incidents: 1, journalBreak: null, undelivered: [] });
    expect(ending?.steps.slice(-2)).toEqual(["escalate", "report"]);
  },
);

test("without the ledger the mark on the object still keeps it from writing twice", patience, async () => {
  expect(await endingOf("without the ledger")).toMatchObject({ status: "resolved", writes: 1 });
});

test("without ledger and locks the same kill writes twice, so the tests above have teeth", patience, async () => {
  expect((await endingOf("without ledger and locks"))?.writes).toBe(2);
});
