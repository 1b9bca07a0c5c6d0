import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../config.ts";
import { makeLog } from "../log.ts";
import { type App, startApp } from "../main.ts";
import { clientOf } from "./client.ts";
import { type LoopbackPagerDuty, startLoopbackPagerDuty } from "./loopback-pagerduty.ts";
import { type Answer, follow } from "./play.ts";
import { type RecordedCluster, startRecordedCluster } from "./recorded-cluster/start.ts";
import { readStory, type Story, type StoryName } from "./recorded-cluster/story.ts";
import { bold, dim, say } from "./terminal.ts";
import { sendWebhook } from "./webhook.ts";

interface Stage {
  story: Story;
  folder: string;
  cluster: RecordedCluster;
  pagerduty: LoopbackPagerDuty;
  secret: string;
  app: App;
}

/** The demo's own settings; the caller's may move its port. */
const environment = (
  folder: string,
  files: { kubeconfig: string; policy: string },
  pagerduty: string,
  secret: string,
) => ({
  PORT: process.env.PORT ?? "0",
  NIGHTSHIFT_DATA_DIR: folder,
  KUBECONFIG: files.kubeconfig,
  CLUSTER_NAME: "demo",
  NIGHTSHIFT_POLICY: files.policy,
  PAGERDUTY_WEBHOOK_SECRETS: secret,
  PAGERDUTY_API_TOKEN: "demo-token",
  PAGERDUTY_FROM: "ana@demo.example",
  PAGERDUTY_ROUTING_KEY: "demo",
  PAGERDUTY_API_URL: pagerduty,
  PAGERDUTY_EVENTS_URL: pagerduty,
  NIGHTSHIFT_SETTLE_SECONDS: "5",
  NIGHTSHIFT_WATCH_SECONDS: "2",
  LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
});

const setUp = async (name: StoryName): Promise<Stage> => {
  // Thrown away at the end: each telling begins with an empty book.
  const folder = await mkdtemp(join(tmpdir(), "nightshift-demo-"));
  const story = readStory(name, new Date());
  const cluster = await startRecordedCluster({ worlds: [story.world] });
  const pagerduty = await startLoopbackPagerDuty(story);
  const secret = randomBytes(24).toString("base64");
  const files = { kubeconfig: join(folder, "kubeconfig.json"), policy: join(folder, "policy.yaml") };
  await writeFile(files.kubeconfig, JSON.stringify(cluster.kubeconfig), { mode: 0o600 });
  await writeFile(files.policy, "mode: approve\n");
  const config = readConfig(environment(folder, files, pagerduty.url, secret));
  const app = await startApp(config, { log: makeLog(config.LOG_LEVEL) });
  return { story, folder, cluster, pagerduty, secret, app };
};

const untilInterrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });

const tearDown = async ({ app, cluster, pagerduty, folder }: Stage): Promise<void> => {
  await app.stop();
  await cluster.close();
  await pagerduty.close();
  await rm(folder, { recursive: true, force: true });
};

const play = async ({ app, cluster, pagerduty, secret, story }: Stage, answer: Answer): Promise<void> => {
  say(bold(`\n${story.title}`));
  say(
    dim(`  a recorded namespace (${story.world.namespace}) behind a loopback API server; Nightshift on ${app.url}\n`),
  );
  const [id] = await sendWebhook(app.url, story, pagerduty.incidentId, secret);
  if (id === undefined) throw new Error("the webhook opened no incident");
  const client = clientOf(app.url);
  const incident = await follow(client, app.url, id, answer);
  say(bold("\nThe report\n"));
  say(await client.report(id));
  const writes = cluster.writes().length;
  say(
    dim(
      `\n${incident.status}; ${cluster.requests.length} requests to the cluster, ${writes} of them ${writes === 1 ? "a write" : "writes"}.`,
    ),
  );
  say(dim(`${app.url}/api/incidents/${id}`));
};

export const runDemo = async (options: { story: StoryName; answer: Answer; once: boolean }): Promise<number> => {
  say(dim("Setting up: Postgres, a recorded cluster, Nightshift ..."));
  const stage = await setUp(options.story);
  try {
    await play(stage, options.answer);
    if (!options.once) {
      say(bold("\nStill listening. Ctrl-C ends it."));
      await untilInterrupted();
    }
  } finally {
    await tearDown(stage);
  }
  return 0;
};
