import { afterEach, expect, test, vi } from "vitest";
import { storyNames } from "../../src/demo/recorded-cluster/story.ts";
import { recordingOf } from "../../src/responder/recordings.ts";
import type { ReplayView } from "../../src/responder/responder.ts";
import type { Judgement, Look } from "../../src/rules/index.ts";
import { type Night, walkNight } from "./stage.ts";

const other = vi.hoisted(() => ({ rules: null as null | ((judgement: Judgement) => Judgement) }));
vi.mock(import("../../src/rules/index.ts"), async (original) => {
  const real = await original();
  const judge = (look: Look) => {
    const judgement = real.diagnoseByRules(look);
    return other.rules?.(judgement) ?? judgement;
  };
  return { ...real, diagnoseByRules: judge };
});

const ana = { name: "ana", role: "approver" as const, via: "api" };

const playFaithfully = async ({ responder, id }: Night): Promise<ReplayView> => {
  const replayId = await responder.replay(id, { mode: "faithful" }, ana);
  const found = await responder.showReplay(replayId ?? "");
  if (found === null) throw new Error("the replay was not kept");
  return found;
};

const checkpointsOf = async ({ db, id }: Night): Promise<number> =>
  (await db.pool.query("select 1 from nightshift.checkpoints where thread_id = $1", [id])).rowCount ?? 0;

test.each(storyNames)("%s takes the same steps again with no cluster", async (name) => {
  const night = await walkNight(name);
  const steps = (await night.responder.timeline(night.id))?.filter(({ kind }) => kind === "step") ?? [];
  const [asked, checkpoints] = [night.cluster.requests.length, await checkpointsOf(night)];
  await night.cluster.close();

  const replay = await playFaithfully(night);

  expect(replay).toMatchObject({ status: "done", identical: true, divergence: null, leftover: [] });
  expect(replay.steps.map(({ got }) => got?.node)).toEqual(steps.map(({ actor }) => actor));
  expect(steps.length).toBeGreaterThan(4);
  expect(night.cluster.requests.length).toBe(asked);
  expect(await checkpointsOf(night)).toBe(checkpoints);
});

test("a rejected change is replayed to the page", async () => {
  const night = await walkNight("bad-rollout", { answer: "reject" });
  await night.cluster.close();

  const replay = await playFaithfully(night);

  expect(replay).toMatchObject({ identical: true });
  expect(replay.steps.map(({ got }) => got?.node)).toContain("escalate");
});

test("an incident whose page moved to another address meanwhile takes the same steps again", async () => {
  const night = await walkNight("bad-rollout", {
    whilePaused: async ({ deps }) => {
      deps.settings.link = (id) => `http://other.test/${id}`;
    },
  });

  const replay = await playFaithfully(night);

  const moved = await night.db.pool.query("select 1 from nightshift.notices where body::text like '%other.test%'");
  expect(moved.rows).not.toEqual([]);
  expect(replay).toMatchObject({ identical: true, divergence: null });
});

test("one whose page moved before its change was rejected takes the same steps again, with one visit more", async () => {
  const night = await walkNight("bad-rollout", {
    answer: "reject",
    whilePaused: async ({ deps }) => {
      deps.settings.link = (id) => `http://other.test/${id}`;
    },
  });

  const replay = await playFaithfully(night);

  const { tape = [] } = (await recordingOf(night.db.pool, night.id)) ?? {};
  expect(replay).toMatchObject({ identical: true, divergence: null, leftover: [] });
  expect(tape.slice(-2).map(({ node, calls }) => [node, calls.length > 0])).toEqual([
    ["propose", true],
    ["escalate", false],
  ]);
});

test("rules that judge otherwise today are named at the step where they do", async () => {
  const night = await walkNight("bad-rollout");
  onOtherRules((judgement) => ({
    ...judgement,
    certain: judgement.certain && { ...judgement.certain, confidence: 0.86 },
  }));

  const replay = await playFaithfully(night);

  expect(replay).toMatchObject({ status: "done", identical: false, divergence: { step: 2, node: "diagnose" } });
  expect(replay.divergence?.got).toContain("0.86");
  expect(replay.steps).toHaveLength(2);
});

test("rules that want to know more today are named at the step where they ask on", async () => {
  const night = await walkNight("bad-rollout");
  const question = { ask: "names" as const, kind: "ConfigMap" as const, namespace: "elsewhere" };
  onOtherRules((judgement) => ({ ...judgement, certain: null, wants: [question] }));

  const replay = await playFaithfully(night);

  expect(replay).toMatchObject({ identical: false, divergence: { step: 2, node: "diagnose" } });
  expect(replay.divergence?.got).toContain('"namespace":"elsewhere"');
});

const onOtherRules = (rules: (judgement: Judgement) => Judgement): void => {
  other.rules = rules;
};

afterEach(() => {
  other.rules = null;
});
