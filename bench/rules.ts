// How long the rules take on a large sick namespace: `node bench/rules.ts` (500 pods, 2 000 events; target 50 ms).
import type { KubeObject } from "../src/incident/kube.ts";
import { scan } from "../src/rules/index.ts";
import { recorded, sweepOf } from "../test/rules/recorded.ts";

const pods = 500;
const eventsEach = 4;
const rounds = 20;

const { objects, namespace, now } = recorded("payments");
const once = objects.filter(({ kind }) => !["Pod", "ReplicaSet", "Deployment", "Event"].includes(kind));
const events = objects.filter(({ kind }) => kind === "Event").slice(0, eventsEach);
const each = [...objects.filter(({ kind }) => ["Pod", "ReplicaSet", "Deployment"].includes(kind)), ...events];

const copies = Array.from({ length: pods }, (_, at) =>
  each.map(
    (one) => JSON.parse(JSON.stringify(one).replaceAll(/"(name|uid)":"([^"]*)"/g, `"$1":"$2-${at}"`)) as KubeObject,
  ),
).flat();
const evidence = sweepOf(namespace, [...once, ...copies]);

const times = Array.from({ length: rounds }, () => {
  const began = performance.now();
  scan(evidence, now);
  return performance.now() - began;
}).sort((a, b) => a - b);

const at = (share: number): string => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(1);
process.stdout.write(`${copies.length + once.length} objects: median ${at(0.5)} ms, worst ${at(1)} ms\n`);
