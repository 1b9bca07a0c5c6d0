import { expect, test } from "vitest";
import { firstBreak } from "../../src/store/journal.ts";
import { type Walking, walkStory } from "../responder/walking.ts";

const asking = ["gather", "diagnose", "runbook-retrieve", "propose", "request-approval"];
const acting = [...asking, "await-approval", "act", "verify", "report"];

const ended = async (walking: Walking) => ({
  status: (await walking.row()).status,
  path: await walking.path(),
  writes: walking.cluster.writes().length,
  journalBreak: firstBreak(walking.id, await walking.journal()),
});

const hashOf = async ({ row }: Walking): Promise<string | null> => {
  const plan = (await row()).state?.plan;
  return plan?.kind === "actions" ? plan.hash : null;
};

/** Somebody else changes what the plan was made for. */
const meddle = ({ cluster }: Walking): void => {
  const deployment = cluster.shelf.get("Deployment", "storefront", "storefront");
  if (deployment === null) throw new Error("no storefront");
  const { metadata } = deployment;
  cluster.shelf.put({ ...deployment, metadata: { ...metadata, labels: { ...metadata.labels, touched: "yes" } } });
};

test.each(["bad-rollout", "out-of-memory"] as const)("%s: approved, acted upon once and proven", async (story) => {
  const walking = await walkStory(story);

  expect(await walking.walk()).toMatchObject({ status: "awaiting-approval" });
  expect(await walking.path()).toEqual(asking);
  await walking.answer("approve");
  await walking.walk();

  expect(await ended(walking)).toEqual({ status: "resolved", path: acting, writes: 1, journalBreak: null });
});

test("missing-setting: no safe change, a person is paged", async () => {
  const walking = await walkStory("missing-setting");

  await walking.walk();

  const path = ["gather", "diagnose", "runbook-retrieve", "propose", "escalate", "report"];
  expect(await ended(walking)).toEqual({ status: "escalated", path, writes: 0, journalBreak: null });
});

test("rejected: nothing is written and a person is paged", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();

  await walking.answer("reject");
  await walking.walk();

  const path = [...asking, "await-approval", "escalate", "report"];
  expect(await ended(walking)).toEqual({ status: "escalated", path, writes: 0, journalBreak: null });
});

test("expired: nobody answered, and an answer that comes later is told so", async () => {
  const walking = await walkStory("bad-rollout");
  const asked = await walking.walk();

  walking.cluster.clock.advance(60 * 60_000);
  expect(await walking.answer("approve", asked.state?.plan)).toEqual({ kind: "expired" });
  await walking.walk();

  const path = [...asking, "await-approval", "escalate", "report"];
  expect(await ended(walking)).toEqual({ status: "escalated", path, writes: 0, journalBreak: null });
});

test("void: the alerts resolved, so it looks again; what is still sick is asked about once, not withdrawn again", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();

  await walking.quiet();
  walking.cluster.clock.advance(1_000);
  await walking.walk();

  expect(await walking.path()).toEqual([...asking, "await-approval", ...asking]);
  expect(await walking.row()).toMatchObject({ status: "awaiting-approval", pagedAt: null });
  await walking.answer("approve");
  await walking.walk();
  expect(await ended(walking)).toMatchObject({ status: "resolved", writes: 1, journalBreak: null });
});

test("changed between proposal and approval: refused, proposed anew with another hash, asked again", async () => {
  const walking = await walkStory("bad-rollout");
  const first = await walking.walk();
  const before = await hashOf(walking);

  meddle(walking);
  await walking.answer("approve");
  const second = await walking.walk();

  expect(walking.cluster.writes()).toEqual([]);
  expect(second).toMatchObject({ status: "awaiting-approval", state: { outcomes: [{ kind: "refused" }] } });
  expect(await hashOf(walking)).not.toBe(before);
  expect(await walking.path()).toEqual([...asking, "await-approval", "act", ...asking]);
  expect(await walking.answer("approve", first.state?.plan)).toMatchObject({ kind: "plan-changed" });
  expect(await walking.answer("approve")).toEqual({ kind: "accepted" });
  await walking.walk();
  expect(await ended(walking)).toMatchObject({ status: "resolved", writes: 1, journalBreak: null });
});

test("a change after the dry run's answer voids nothing: only what people decide about the object counts", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  const deployment = walking.cluster.shelf.get("Deployment", "storefront", "storefront");
  if (deployment === null) throw new Error("no storefront");

  // As a crash loop does: a new resourceVersion, the same spec.
  walking.cluster.shelf.put(deployment);
  await walking.answer("approve");
  await walking.walk();

  expect(await ended(walking)).toEqual({ status: "resolved", path: acting, writes: 1, journalBreak: null });
});
