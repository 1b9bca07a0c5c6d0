import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../config.ts";
import { makeLog } from "../log.ts";
import { type App, startApp } from "../main.ts";
import { type LoopbackPagerDuty, startLoopbackPagerDuty } from "./loopback-pagerduty.ts";
import { demoChannel, startLoopbackSlack } from "./loopback-slack.ts";
import { type RecordedCluster, startRecordedCluster } from "./recorded-cluster/start.ts";
import { readStory, type Story, type StoryName } from "./recorded-cluster/story.ts";

/** Everything a story needs, all of it real but for the cluster, PagerDuty and Slack, which are on loopback. */
export interface Stage {
  story: Story;
  cluster: RecordedCluster;
  pagerduty: LoopbackPagerDuty;
  secret: string;
  app: App;
  tearDown(): Promise<void>;
}

/** Settings of the demo alone: nothing of the user's environment but the port and the log level reaches it. */
const environment = async (folder: string, cluster: RecordedCluster) => {
  const files = { kubeconfig: join(folder, "kubeconfig.json"), policy: join(folder, "policy.yaml") };
  await writeFile(files.kubeconfig, JSON.stringify(cluster.kubeconfig), { mode: 0o600 });
  await writeFile(files.policy, "mode: approve\n");
  return {
    PORT: process.env.PORT ?? "0",
    LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
    NIGHTSHIFT_DATA_DIR: folder,
    KUBECONFIG: files.kubeconfig,
    CLUSTER_NAME: "demo",
    NIGHTSHIFT_POLICY: files.policy,
    NIGHTSHIFT_SETTLE_SECONDS: "3",
    NIGHTSHIFT_WATCH_SECONDS: "2",
  };
};

const people = (pagerduty: string, slack: string, secret: string) => ({
  PAGERDUTY_WEBHOOK_SECRETS: secret,
  PAGERDUTY_API_TOKEN: "demo-token",
  PAGERDUTY_FROM: "ana@demo.example",
  PAGERDUTY_ROUTING_KEY: "demo",
  PAGERDUTY_API_URL: pagerduty,
  PAGERDUTY_EVENTS_URL: pagerduty,
  SLACK_BOT_TOKEN: "demo-token",
  SLACK_CHANNEL: demoChannel,
  SLACK_API_URL: slack,
});

/** Opens all parts in order; what stands is closed again in reverse, also when a later part does not open. */
export const setUp = async (name: StoryName): Promise<Stage> => {
  const opened: (() => Promise<unknown>)[] = [];
  const tearDown = async (): Promise<void> => {
    for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close();
  };
  try {
    // Thrown away at the end: each telling begins with an empty book.
    const folder = await mkdtemp(join(tmpdir(), "nightshift-demo-"));
    opened.push(() => rm(folder, { recursive: true, force: true }));
    const story = readStory(name, new Date());
    const cluster = await startRecordedCluster({ worlds: [story.world] });
    opened.push(cluster.close);
    const pagerduty = await startLoopbackPagerDuty(story);
    opened.push(pagerduty.close);
    const slack = await startLoopbackSlack();
    opened.push(slack.close);
    const secret = randomBytes(24).toString("base64");
    const config = readConfig({ ...(await environment(folder, cluster)), ...people(pagerduty.url, slack.url, secret) });
    const app = await startApp(config, { log: makeLog(config.LOG_LEVEL) });
    opened.push(app.stop);
    return { story, cluster, pagerduty, secret, app, tearDown };
  } catch (error) {
    await tearDown();
    throw error;
  }
};
