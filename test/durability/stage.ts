import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TestRunner } from "vitest";
import { type Client, clientOf } from "../../src/demo/client.ts";
import { type LoopbackPagerDuty, startLoopbackPagerDuty } from "../../src/demo/loopback-pagerduty.ts";
import { type RecordedCluster, startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import { readStory, type Story, type StoryName } from "../../src/demo/recorded-cluster/story.ts";
import { sendWebhook } from "../../src/demo/webhook.ts";
import type { TestDatabase } from "../support/database.ts";

/** One life of a Nightshift process. */
export interface Life {
  url: string;
  client: Client;
  process: ChildProcess;
  /** Everything it said so far. */
  lines: readonly string[];
  /** The signal or the code it ended with. */
  ended: Promise<string>;
}

/** Everything outside the process: it survives each life. */
export interface Stage {
  story: Story;
  db: TestDatabase;
  cluster: RecordedCluster;
  folder: string;
  /** `program`: what Node runs; our own worker, which can be told to die, unless said otherwise. */
  start(environment?: Record<string, string>, program?: string[]): Promise<Life>;
  alert(life: Life): Promise<string>;
  close(): Promise<void>;
}

/** Asks until the answer is there. Says what it waited for when it did not come. While something `moves`, it is not in vain. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  seconds = 50,
  moves: () => unknown = () => null,
): Promise<T> => {
  let seen = moves();
  let deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (moves() !== seen) deadline = Date.now() + seconds * 1000;
    seen = moves();
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await pause(50);
  }
};

// The controllers of the recorded cluster, eight times as fast: its rollout takes half a second.
const quickClock = {
  now: () => new Date(),
  after: (ms: number, run: () => void) => void setTimeout(run, ms / 8).unref(),
};

const secret = "the webhook secret of a test";

const environmentOf = (url: string, folder: string, pagerduty: LoopbackPagerDuty): Record<string, string> => ({
  PATH: process.env.PATH ?? "",
  PORT: "0",
  DATABASE_URL: url,
  KUBECONFIG: join(folder, "kubeconfig.json"),
  CLUSTER_NAME: "test",
  NIGHTSHIFT_POLICY: join(folder, "policy.yaml"),
  PAGERDUTY_WEBHOOK_SECRETS: secret,
  PAGERDUTY_API_TOKEN: "test-token",
  PAGERDUTY_FROM: "ana@test.example",
  PAGERDUTY_ROUTING_KEY: "test",
  PAGERDUTY_API_URL: pagerduty.url,
  PAGERDUTY_EVENTS_URL: pagerduty.url,
  NIGHTSHIFT_SETTLE_SECONDS: "1",
  NIGHTSHIFT_WATCH_SECONDS: "1",
  STALE_FILE: join(folder, "stale.json"),
});

const worker = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Most of what the test has: it is to say what it waited for before it is cut itself. */
const startSeconds = (): number => ((TestRunner.getCurrentTest()?.timeout ?? 60_000) / 1000) * 0.8;

const live = async (environment: Record<string, string>, program: string[]): Promise<Life> => {
  const child = spawn(process.execPath, program, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit").then(([code, signal]) => String(signal ?? code));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => lines.push(line));
  }
  const dead = () => child.exitCode !== null || child.signalCode !== null;
  const hears = async () => {
    if (dead()) throw new Error(`the process ended before it listened:\n${lines.join("\n")}`);
    return lines.find((line) => /^\{.*"(line|msg)":"listening"/.test(line));
  };
  const listening = await until("the process listens", hears, startSeconds()).catch(async (error: Error) => {
    // Nobody else knows of it.
    child.kill("SIGKILL");
    await ended;
    throw error;
  });
  const { url } = JSON.parse(listening) as { url: string };
  return { url, client: clientOf(url), process: child, lines, ended };
};

export const setStage = async (name: StoryName, db: TestDatabase): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-durability-"));
  const story = readStory(name, new Date());
  const cluster = await startRecordedCluster({ worlds: [story.world], clock: quickClock });
  const pagerduty = await startLoopbackPagerDuty(story);
  await writeFile(join(folder, "kubeconfig.json"), JSON.stringify(cluster.kubeconfig), { mode: 0o600 });
  await writeFile(join(folder, "policy.yaml"), "mode: approve\n");
  const common = environmentOf(db.url, folder, pagerduty);
  const lives: Life[] = [];
  return {
    story,
    db,
    cluster,
    folder,
    start: async (environment = {}, program = [worker]) => {
      const life = await live({ ...common, ...environment }, program);
      lives.push(life);
      return life;
    },
    alert: async ({ url }) => {
      const [id] = await sendWebhook(url, story, pagerduty.incidentId, secret);
      if (id === undefined) throw new Error("the webhook opened no incident");
      return id;
    },
    close: async () => {
      for (const { process } of lives) process.kill("SIGKILL");
      await Promise.all(lives.map(({ ended }) => ended));
      await cluster.close();
      await pagerduty.close();
      await db[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
