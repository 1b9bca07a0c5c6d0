// A thousand alerts of one cause in a minute, then the same with 200 unrelated ones mixed in, over two replicas that run as
// processes of their own: `npm run bench:storm`. A model is configured, so that one that is asked is seen. A line that
// misses its bar begins with "!".
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { deliver } from "../test/chaos/people.ts";
import { type Stage, setStage } from "../test/chaos/stage.ts";
import { type Board, board } from "../test/storm/board.ts";
import { alertOn, alertOnNode, onDeadNode, type Sent, town, withoutImage } from "../test/storm/town.ts";
import ownScratch from "../test/support/scratch.ts";

ownScratch();

const spreadMs = 60_000;
const batch = 25;
const replicas = 2;
const kinds = ["KubePodNotReady", "KubeDeploymentReplicasMismatch", "KubeContainerWaiting", "KubePodCrashLooping"];
const namespaces = ["storm-a", "storm-b", "storm-c", "storm-d", "storm-e"];
const each = Array.from({ length: 50 }, (_, n) => `victim-${n}`);

const line = (what: string, value: number, most: number, unit: string): void => {
  process.stdout.write(`${value <= most ? " " : "!"} ${what}: ${value} ${unit} (at most ${most})\n`);
};

/** Megabytes of all replicas, now and at their peak. */
const memory = ({ slots }: Stage): { now: number; peak: number } => {
  const read = (pid: number | null, field: string): number => {
    const found = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(found?.[1] ?? 0) / 1024;
  };
  const sum = (field: string) => Math.round(slots.reduce((all, slot) => all + read(slot.pid(), field), 0));
  return { now: sum("VmRSS"), peak: sum("VmHWM") };
};

/** Counts who asks and helps nobody. */
const modelServer = async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(500).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, asked: () => asked, close: () => server.close() };
};

/** Those of the node by their names, as a group of Alertmanager comes, with its own in the middle; the others in between. */
const stormOf = (own: readonly string[]): Sent[] => {
  const victims = kinds.flatMap((kind) =>
    namespaces.flatMap((namespace) => each.map((name) => alertOn(namespace, name, kind))),
  );
  const step = own.length === 0 ? Number.POSITIVE_INFINITY : victims.length / own.length;
  const mixed = victims.flatMap((one, at) => {
    const other = at % step === 0 ? own[at / step] : undefined;
    return other === undefined ? [one] : [one, alertOn("calm", other, "KubePodNotReady")];
  });
  return [...mixed.slice(0, 300), alertOnNode(), ...mixed.slice(300)];
};

const sendAll = async (stage: Stage, seen: Board, alerts: readonly Sent[]): Promise<number | null> => {
  const began = performance.now();
  let diagnosed: number | null = null;
  for (let at = 0; at < alerts.length; at += batch) {
    const server = stage.slots[(at / batch) % replicas]?.url();
    if (!server || (await deliver(server, alerts.slice(at, at + batch))) === null) throw new Error("not accepted");
    const parent = diagnosed === null ? await seen.find("Node") : null;
    if (parent?.class === "node-not-ready") diagnosed = (performance.now() - began) / 1000;
    await delay(Math.max(0, began + ((at + batch) / alerts.length) * spreadMs - performance.now()));
  }
  return diagnosed;
};

const play = async (unrelated: number): Promise<void> => {
  const own = Array.from({ length: unrelated }, (_, n) => `own-${n}`);
  const model = await modelServer();
  const stage = await setStage({
    houses: 0,
    worlds: town({
      ...Object.fromEntries(namespaces.map((namespace) => [namespace, each.map(onDeadNode)])),
      ...(unrelated > 0 ? { calm: own.map((name) => withoutImage(name)) } : {}),
    }),
    workers: replicas,
    nextLife: () => ({ NIGHTSHIFT_MODEL: "openai:none", OPENAI_API_KEY: "none", OPENAI_BASE_URL: model.url }),
    measured: true,
  });
  const seen = await board(stage);
  const alerts = stormOf(own);
  const before = memory(stage).now;
  const began = performance.now();
  const diagnosed = await sendAll(stage, seen, alerts);
  await seen.atRest(300);
  const { peak } = memory(stage);
  const rows = await seen.list();
  const heads = rows.filter(({ parentId }) => parentId === null);
  const ofStorm = heads.filter(({ subject }) => subject.namespace !== "calm");
  const alone = heads.filter((one) => one.subject.namespace === "calm" && one.class === "image-not-found");
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`${alerts.length} alerts, ${unrelated} of them unrelated, in ${seconds} s\n`);
  line("incidents of the storm that nobody holds", ofStorm.length, 3, "incidents");
  line("first alert to the parent's diagnosis", Number((diagnosed ?? seconds).toFixed(1)), 60, "s");
  line("unrelated ones without a diagnosis of their own", unrelated - alone.length, 0, "incidents");
  line(
    "alerts that no incident counts",
    alerts.length - heads.reduce((sum, one) => sum + one.alertCount, 0),
    0,
    "alerts",
  );
  const subjects = namespaces.length * each.length;
  line("requests to the API server", stage.cluster.requests.length, 4 * subjects + 80 * unrelated + 1000, "requests");
  line("asked of the model", model.asked(), 0, "calls");
  line("pages", (await seen.paged()).length, ofStorm.length + unrelated, "pages");
  line(`memory of ${replicas} replicas gained at the peak`, peak - before, 250 * replicas, "MB");
  await stage.close();
  model.close();
};

await play(0);
await play(200);
process.exit(0);
