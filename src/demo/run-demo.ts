import { aborted, stopSignal } from "../stop-signal.ts";
import type { Choice } from "./answer.ts";
import { clientOf } from "./client.ts";
import { follow } from "./play.ts";
import type { StoryName } from "./recorded-cluster/story.ts";
import { type Stage, setUp } from "./stage.ts";
import { bold, dim, say } from "./terminal.ts";
import { sendWebhook } from "./webhook.ts";

const introduce = ({ app, story }: Stage): void => {
  say(bold(`\n${story.title}`));
  say(
    dim(`  The cluster is a recording of the namespace ${story.world.namespace}, played by a Kubernetes API server on`),
  );
  say(dim("  loopback. PagerDuty and Slack are stand-ins too; everything else is what you would run."));
  say(dim(`  Nightshift listens on ${app.url}\n`));
};

const sum = ({ cluster, app }: Stage, id: string, status: string): void => {
  const writes = cluster.writes().length;
  const secrets = cluster.requests.filter(({ path }) => path.includes("/secrets")).length;
  const asked = `${cluster.requests.length} requests to the cluster, ${writes} to change it, ${secrets} for Secrets`;
  say(dim(`\nThe incident is ${status}; ${asked}.`));
  say(dim(`${app.url}/api/incidents/${id} has it all: /timeline, /report, /evidence/<id>`));
};

const tell = async (stage: Stage, answer: Choice, stop: AbortSignal): Promise<void> => {
  const { app, pagerduty, secret, story } = stage;
  introduce(stage);
  const [id] = await sendWebhook(app.url, story, pagerduty.incidentId, secret);
  if (id === undefined) throw new Error("the webhook opened no incident");
  const client = clientOf(app.url);
  const incident = await follow({ client, server: app.url, answer, stop }, id);
  if (incident === null) return;
  say(bold("\nThe report\n"));
  say(await client.report(id));
  sum(stage, id, incident.status);
};

export const runDemo = async (options: { story: StoryName; answer: Choice; once: boolean }): Promise<number> => {
  const stop = stopSignal();
  say(dim("Setting up: Postgres, a recorded cluster, Nightshift ..."));
  const stage = await setUp(options.story);
  try {
    if (!stop.aborted) await tell(stage, options.answer, stop);
    if (!options.once && !stop.aborted) {
      say(bold(`\nStill listening on ${stage.app.url}. Ctrl-C ends it.`));
      await aborted(stop);
    }
  } finally {
    if (stop.aborted) say(dim("\nStopping ..."));
    await stage.tearDown();
  }
  return 0;
};
