import { expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { startFakeSlack } from "../support/fake-slack.ts";
import { carryThrough, endingOf } from "./night.ts";
import { type Life, setStage, until } from "./stage.ts";

// A dead worker is found after ten seconds, and a channel that gave no answer is left alone for a while.
const patience = { timeout: 240_000 };

const keyOf = (metadata: unknown) => (metadata as { event_payload: { key: string } }).event_payload.key;

/** A night with Slack. The first process dies with its first message: Slack has it, and nobody noted that. */
const night = async ({ mayRead }: { mayRead: boolean }) => {
  const db = await freshDatabase();
  const slack = await startFakeSlack();
  const stage = await setStage("bad-rollout", db);
  onTestFinished(async () => {
    await stage.close();
    await slack.close();
    await db[Symbol.asyncDispose]();
  });
  if (!mayRead) slack.hideMessages();
  const environment = { SLACK_BOT_TOKEN: "x", SLACK_CHANNEL: "C1", SLACK_API_URL: slack.url };
  const first = await stage.start(environment);
  slack.loseAnswers(1, () => void first.process.kill("SIGKILL"));
  const id = await stage.alert(first);
  expect(await first.ended).toBe("SIGKILL");
  expect(slack.cards()).toHaveLength(1);
  const second: Life = await stage.start(environment);
  await carryThrough(second, id, "approve");
  const quiet = async () => (await endingOf(stage, id)).undelivered.length === 0;
  await until("everything is told", quiet, 100);
  return { slack, ending: await endingOf(stage, id) };
};

test(
  "killed between Slack's answer and our note, an incident has one card, and each reply once",
  patience,
  async () => {
    const { slack, ending } = await night({ mayRead: true });

    expect(ending).toMatchObject({ status: "resolved", writes: 1 });
    expect(slack.cards().map(({ text }) => text)).toEqual([expect.stringContaining("RESOLVED")]);
    const said = slack.replies(slack.cards()[0]?.ts ?? "").map(({ metadata }) => keyOf(metadata));
    expect(said.length).toBeGreaterThan(1);
    expect(new Set(said).size).toBe(said.length);
  },
);

test(
  "where the bot may not read the channel the same kill leaves two, so the test above has teeth",
  patience,
  async () => {
    const { slack, ending } = await night({ mayRead: false });

    expect(ending).toMatchObject({ status: "resolved", writes: 1 });
    expect(slack.cards()).toHaveLength(2);
  },
);
