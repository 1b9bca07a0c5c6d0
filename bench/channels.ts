// What people hear while a storm goes on and their channels are ill: 200 alerts of a dead node and 60 of their own, an outgoing
// webhook and a Grafana that take every request and answer none, a Slack that says 429 with Retry-After to every tenth
// message, and a PagerDuty that is well: `npm run bench:channels`. Then the same with Slack as the only pager. It takes a quarter
// of an hour, for Slack's own pace. A line that misses its bar begins with "!".
import { setTimeout as delay } from "node:timers/promises";
import { type Asked, json, type ScriptedServer, scriptedServer } from "../test/adapters/scripted-server.ts";
import { deliver } from "../test/chaos/people.ts";
import { setStage } from "../test/chaos/stage.ts";
import { board } from "../test/storm/board.ts";
import { alertOn, alertOnNode, onDeadNode, town, withoutImage } from "../test/storm/town.ts";
import ownScratch from "../test/support/scratch.ts";

ownScratch();

const victims = Array.from({ length: 200 }, (_, n) => `victim-${n}`);
const own = Array.from({ length: 60 }, (_, n) => `own-${n}`);
const retryAfterS = 3;
const paceMs = 1_100;

const line = (what: string, value: number, most: number, unit: string): void => {
  process.stdout.write(`${value <= most ? " " : "!"} ${what}: ${value} ${unit} (at most ${most})\n`);
};

/** Slack as it is under load: every tenth new message is refused, and who comes within the pause is seen. */
const slack = (server: ScriptedServer) => {
  const live = new Set<string>();
  let kept = 0;
  let until = 0;
  let early = 0;
  let posts = 0;
  server.play(({ url, body }: Asked, response) => {
    const now = performance.now();
    const fields = new URLSearchParams(body);
    const ts = fields.get("ts") ?? "";
    if (now < until) early += 1;
    if (url.pathname.endsWith("chat.update"))
      return json(response, 200, live.has(ts) ? { ok: true, ts } : { ok: false, error: "message_not_found" });
    posts += 1;
    if (posts % 10 === 0) {
      until = now + retryAfterS * 1_000;
      response.setHeader("retry-after", String(retryAfterS));
      return json(response, 429, { ok: false, error: "ratelimited" });
    }
    kept += 1;
    const fresh = `1.${posts}`;
    live.add(fresh);
    return json(response, 200, { ok: true, channel: "C1", ts: fresh });
  });
  return { posted: () => kept, early: () => early };
};

const play = async (pager: "PagerDuty" | "Slack"): Promise<void> => {
  const servers = await Promise.all([scriptedServer(), scriptedServer(), scriptedServer(), scriptedServer()]);
  const [hook, grafana, chat, events] = servers;
  for (const hung of [hook, grafana]) hung.play(() => undefined);
  const said = slack(chat);
  const rung = new Set<string>();
  events.play(({ body }, response) => {
    const { dedup_key: key } = JSON.parse(body) as { dedup_key: string };
    rung.add(key);
    json(response, 202, { status: "success", dedup_key: key });
  });
  const people = {
    NIGHTSHIFT_WEBHOOK_URL: hook.url,
    NIGHTSHIFT_WEBHOOK_SECRET: "secret-of-a-bench",
    GRAFANA_URL: grafana.url,
    GRAFANA_TOKEN: "glsa_bench",
    SLACK_BOT_TOKEN: "xoxb-bench",
    SLACK_CHANNEL: "C1",
    SLACK_API_URL: chat.url,
    ...(pager === "PagerDuty" ? { PAGERDUTY_ROUTING_KEY: "bench", PAGERDUTY_EVENTS_URL: events.url } : {}),
  };
  const stage = await setStage({
    houses: 0,
    worlds: town({ storm: victims.map(onDeadNode), calm: own.map((name) => withoutImage(name)) }),
    workers: 2,
    nextLife: () => people,
    measured: true,
  });
  const seen = await board(stage);
  const alerts = [
    alertOnNode(),
    ...victims.map((name) => alertOn("storm", name, "KubePodNotReady")),
    ...own.map((name) => alertOn("calm", name, "KubePodNotReady")),
  ];
  const began = performance.now();
  for (let at = 0; at < alerts.length; at += 20) {
    const to = stage.slots[(at / 20) % 2]?.url();
    if (!to || (await deliver(to, alerts.slice(at, at + 20))) === null) throw new Error("not accepted");
  }
  await seen.atRest(300);
  const restS = Math.round((performance.now() - began) / 1000);
  const waiting = async (channels: string[]): Promise<number> => {
    const { rows } = await stage.pool.query<{ n: string }>(
      "select count(*) as n from nightshift.notices where channel = any($1) and version > sent_version",
      [channels],
    );
    return Number(rows[0]?.n);
  };
  const untilSent = async (channels: string[], seconds: number): Promise<number> => {
    const deadline = performance.now() + seconds * 1000;
    while ((await waiting(channels)) > 0 && performance.now() < deadline) await delay(250);
    return Math.round((performance.now() - began) / 1000);
  };
  const paged = (await seen.paged()).length;
  const pagesS = await untilSent(["page"], 600);
  process.stdout.write(`${alerts.length} alerts, pages by ${pager}: all at rest after ${restS} s\n`);
  line("pages that nobody got", await waiting(["page"]), 0, "pages");
  if (pager === "PagerDuty") line("pages that never reached PagerDuty", paged - rung.size, 0, "pages");
  line(
    "last page out",
    pagesS,
    pager === "PagerDuty" ? restS + 5 : restS + Math.ceil((paged * paceMs * 2) / 1000),
    "s",
  );
  const allS = await untilSent(["card", "thread", "page"], 900);
  line("cards, threads and pages not out", await waiting(["card", "thread", "page"]), 0, "notices");
  process.stdout.write(`  ${said.posted()} new messages in ${allS} s\n`);
  line("asked of Slack while it wanted to be left alone", said.early(), 2, "requests");
  // Every incident was opened, and each of those events waits for the day on which the webhook answers.
  const missing = Math.max(0, own.length + 1 - (await waiting(["event"])));
  line("events for the webhook that hangs, not kept", missing, 0, "events");
  line("asked of the webhook that hangs", hook.asked.length, 60, "requests");
  await stage.close();
  for (const server of servers) await server.close();
};

await play("PagerDuty");
await play("Slack");
process.exit(0);
