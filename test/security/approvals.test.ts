import { expect, test } from "vitest";
import type { ActionPlan } from "../../src/incident/plan.ts";
import { decideApproval } from "../../src/store/approvals.ts";
import { click } from "../server/slack-sender.ts";
import { freshDatabase } from "../support/database.ts";
import { type Desk, openDesk } from "./approval-desk.ts";
import { type Random, random } from "./random.ts";

interface Proposed {
  plan: ActionPlan;
  round: number;
}

/** What a bystander saw: who sent what for which hash, and what was begun. Knows nothing of how it is decided. */
interface Seen {
  proposed: Proposed[];
  approvals: { hash: string; at: number; by: string }[];
  /** That were answered as taken. */
  rejected: string[];
  gone: { hash: string; round: number; at: number; expiresAt: number }[];
}

const nothingSeen = (): Seen => ({ proposed: [], approvals: [], rejected: [], gone: [] });

const rightful =
  (desk: Desk, seen: Seen, { pick }: Random) =>
  async (decision: "approve" | "reject", hash: string): Promise<void> => {
    const question = { incidentId: "inc_1", planHash: hash };
    const { by, send } = pick([
      { by: "ana", send: desk.api },
      { by: "bo", send: desk.slack },
    ]);
    if (decision === "approve") seen.approvals.push({ hash, at: desk.clock.now().getTime(), by });
    const status = await send(decision, question);
    if (decision === "reject" && status === 202) seen.rejected.push(hash);
  };

const forged = (desk: Desk, { pick }: Random, hash: string): Promise<number> => {
  const question = { incidentId: "inc_1", planHash: hash };
  const yes = click("approve", "UBO", question);
  const old = new Date(desk.clock.now().getTime() - 301_000);
  const ahead = new Date(desk.clock.now().getTime() + 301_000);
  return pick([
    () => desk.api("approve", question, "wrong-token"),
    () => desk.api("approve", question, "viewer-token-1"),
    () => desk.api("approve", { ...question, planHash: "0".repeat(64) }),
    () => desk.api("approve", { ...question, incidentId: "inc_2" }),
    () => desk.slack("approve", question, "UEVE"),
    () => desk.post(yes, "wrong"),
    () => desk.post(yes, undefined, old),
    () => desk.post(yes, undefined, ahead),
  ])();
};

/** One of everything that may happen; several run at once. */
const happening = (desk: Desk, seen: Seen, dice: Random, step: number): (() => Promise<unknown>) => {
  const some = dice.pick(seen.proposed);
  const newest = seen.proposed.at(-1) ?? some;
  const send = rightful(desk, seen, dice);
  const claim = async ({ plan, round }: Proposed): Promise<void> => {
    const at = desk.clock.now().getTime();
    const { kind } = await desk.claim(plan, round, `key-${step}-${dice.below(3)}`);
    if (kind === "go") seen.gone.push({ hash: plan.hash, round, at, expiresAt: Date.parse(plan.expiresAt) });
  };
  return dice.pick([
    () => send("approve", newest.plan.hash),
    () => send("approve", some.plan.hash),
    () => send("reject", newest.plan.hash),
    () => forged(desk, dice, newest.plan.hash),
    () => forged(desk, dice, some.plan.hash),
    () => claim(newest),
    () => claim(some),
    () => claim({ plan: some.plan, round: newest.round }),
    async () => desk.pass(dice.below(40_000)),
    async () => {
      const round = seen.proposed.length + 1;
      seen.proposed.push({ plan: await desk.propose(round), round });
    },
  ]);
};

/** One and the same person counts once, however often and over whatever channel. */
const enough = ({ proposed, approvals }: Pick<Seen, "proposed" | "approvals">, hash: string, at: number): boolean => {
  const people = proposed.find(({ plan }) => plan.hash === hash)?.plan.terms?.people ?? 1;
  const said = approvals.filter((one) => one.hash === hash && one.at <= at).map(({ by }) => by);
  return said.length === 0 || new Set(said).size >= people;
};

const violations = ({ proposed, gone, approvals, rejected }: Seen): string[] =>
  gone.flatMap(({ hash, round, at, expiresAt }, index) => [
    ...(approvals.some((one) => one.hash === hash && one.at <= at) ? [] : [`${hash} began and nobody approved it`]),
    ...(enough({ proposed, approvals }, hash, at) ? [] : [`${hash} began without the second person`]),
    ...(rejected.includes(hash) ? [`${hash} began and was rejected`] : []),
    ...(at < expiresAt ? [] : [`${hash} began after its approval had expired`]),
    ...(gone.findIndex((other) => other.hash === hash && other.round === round) === index
      ? []
      : [`${hash} began twice`]),
  ]);

const play = async (desk: Desk, seed: number, steps: number): Promise<Seen> => {
  const dice = random(seed);
  const seen = nothingSeen();
  seen.proposed.push({ plan: await desk.propose(1), round: 1 });
  for (let step = 0; step < steps; step++) {
    const several = Array.from({ length: 1 + dice.below(4) }, (_, n) => happening(desk, seen, dice, step * 10 + n));
    await Promise.all(several.map((run) => run()));
  }
  return seen;
};

test.each(Array.from({ length: 12 }, (_, n) => n + 1))(
  "whatever comes in whatever order, nothing begins that was not approved for exactly that plan (seed %i)",
  async (seed) => {
    await using db = await freshDatabase();
    await using desk = await openDesk(db);

    expect(violations(await play(desk, seed, 60))).toEqual([]);
  },
);

test("the plays do begin what was approved", async () => {
  await using db = await freshDatabase();
  await using desk = await openDesk(db);

  expect((await play(desk, 1, 60)).gone.length).toBeGreaterThan(0);
});

test("an approval by button is what the ledger begins on, and before it nothing begins", async () => {
  await using db = await freshDatabase();
  await using desk = await openDesk(db);
  const made = await desk.propose(1);

  expect(await desk.claim(made, 1, "k1")).toMatchObject({ kind: "refused" });
  await desk.slack("approve", { incidentId: "inc_1", planHash: made.hash });
  expect(await desk.claim(made, 1, "k1")).toEqual({ kind: "go" });
});

test("an approval that nobody sent is seen", async () => {
  await using db = await freshDatabase();
  await using desk = await openDesk(db);
  const seen = nothingSeen();
  const made = await desk.propose(1);
  const at = desk.clock.now();
  await decideApproval(db.pool, "inc_1", 1, { state: "approved", by: "eve", via: "hole", reason: null, at });
  const { kind } = await desk.claim(made, 1, "k1");
  if (kind === "go")
    seen.gone.push({ hash: made.hash, round: 1, at: at.getTime(), expiresAt: Date.parse(made.expiresAt) });

  expect(violations(seen)).toEqual([`${made.hash} began and nobody approved it`]);
});

test("for a plan of high risk two different people are needed, the same one twice is one, and a no between ends it", async () => {
  await using db = await freshDatabase();
  await using desk = await openDesk(db);
  await desk.propose(1);
  const first = await desk.propose(2);
  const ask = { incidentId: "inc_1", planHash: first.hash };

  expect(await desk.api("approve", ask)).toBe(202);
  expect(await desk.api("approve", ask)).toBe(403);
  await desk.slack("approve", ask);
  expect(await desk.claim(first, 2, "k3")).toEqual({ kind: "go" });

  const alone = await desk.propose(6);
  await desk.api("approve", { incidentId: "inc_1", planHash: alone.hash });
  expect(await desk.claim(alone, 6, "k5")).toMatchObject({ kind: "refused" });

  const second = await desk.propose(8);
  const again = { incidentId: "inc_1", planHash: second.hash };
  await desk.api("approve", again);
  await desk.slack("reject", again);
  expect(await desk.api("approve", again)).toBe(409);
  expect(await desk.claim(second, 8, "k4")).toMatchObject({ kind: "refused" });
});

test("one person alone for what needs two is seen", () => {
  const made = { hash: "h", terms: { people: 2 } } as ActionPlan;
  const seen: Seen = {
    proposed: [{ plan: made, round: 2 }],
    approvals: [1, 2].map((at) => ({ hash: "h", at, by: "ana" })),
    rejected: [],
    gone: [{ hash: "h", round: 2, at: 3, expiresAt: 9 }],
  };

  expect(violations(seen)).toEqual(["h began without the second person"]);
});
