import { readdirSync } from "node:fs";
import { join } from "node:path";
import ownScratch from "../../test/support/scratch.ts";
import { eachCase } from "./case.ts";
import { playNaive } from "./naive.ts";
import { type Played, playOurs } from "./ours.ts";

ownScratch();

/** What a simple crash loop or a missing ConfigMap may cost, and how much of the naive loop's tokens all may cost. */
const bars = { simple: 4_000, share: 1 / 5 };
const simple = /^Deployment\/\S+ (configmap-missing|config-key-missing|env-var-missing-or-wrong|app-crash)$/;

interface Row {
  world: string;
  fault: string;
  ours: Played;
  naive: Played;
}

const sum = (rows: readonly Row[], of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
const mean = (rows: readonly Row[], of: (row: Row) => number): number => sum(rows, of) / Math.max(1, rows.length);
const share = (rows: readonly Row[]): number =>
  sum(rows, ({ ours }) => ours.tokens) / sum(rows, ({ naive }) => naive.tokens);

const line = (name: string, rows: readonly Row[]): string =>
  [
    name.padEnd(30),
    String(rows.length).padStart(6),
    mean(rows, ({ ours }) => ours.tokens)
      .toFixed(0)
      .padStart(8),
    mean(rows, ({ ours }) => ours.rounds)
      .toFixed(1)
      .padStart(7),
    mean(rows, ({ naive }) => naive.tokens)
      .toFixed(0)
      .padStart(9),
    mean(rows, ({ naive }) => naive.rounds)
      .toFixed(1)
      .padStart(7),
    `1/${(1 / share(rows)).toFixed(1)}`.padStart(8),
  ].join(" ");

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const folders = process.argv.slice(2);
const rows: Row[] = [];
let skipped = 0;
print("input tokens (o200k) and rounds until the cause is named, per fault; the rules are silent\n");
print(`${"world".padEnd(30)} faults   tokens  rounds  naive loop  rounds  share`);
for (const root of folders.length > 0 ? folders : ["test/incidents"]) {
  for (const world of readdirSync(root).sort()) {
    const before = rows.length;
    skipped += await eachCase(join(root, world), async (one) => {
      rows.push({ world, fault: one.fault, ours: await playOurs(one), naive: playNaive(one) });
    });
    if (rows.length > before) print(line(world, rows.slice(before)));
  }
}
const plain = rows.filter(({ fault }) => simple.test(fault));
const wrong = rows.filter(({ ours }) => ours.wrong !== null);
print(`\n${line("all", rows)}`);
print(line("simple crash loop or setting", plain));
const dear = plain.filter(({ ours }) => ours.tokens > bars.simple);
const worst = plain.toSorted((a, b) => b.ours.tokens - a.ours.tokens)[0];
print(`worst simple one: ${worst?.ours.tokens} tokens (${worst?.world} ${worst?.fault})`);
for (const { world, fault, ours } of dear) print(`over ${bars.simple} tokens: ${world} ${fault}: ${ours.tokens}`);
print(`${skipped} faults left out: the rules do not name them from the first look alone`);
for (const { world, fault, ours } of wrong) print(`not named: ${world} ${fault}: ${ours.wrong}`);

const worlds = [...Map.groupBy(rows, ({ world }) => world)];
const above = worlds.filter(([, its]) => share(its) > bars.share);
const smallest = Math.min(...rows.map(({ ours }) => ours.tokens));
print(`\n${worlds.length - above.length} of ${worlds.length} worlds cost at most 1/5 of the naive loop; above it:`);
for (const [world, its] of above) {
  const naive = mean(its, (row) => row.naive.tokens);
  const isOutOfReach = naive * bars.share < smallest;
  print(
    `  ${world}: 1/${(1 / share(its)).toFixed(1)}${isOutOfReach ? ` (the loop itself reads only ${naive.toFixed(0)})` : ""}`,
  );
}
const missed = [
  ...(share(rows) > bars.share ? ["all worlds together cost more than 1/5 of the naive loop"] : []),
  ...(dear.length > 0 ? [`${dear.length} of ${plain.length} simple ones cost more than ${bars.simple} tokens`] : []),
  ...(wrong.length > 0 ? [`${wrong.length} faults were not named`] : []),
];
print(
  missed.length > 0
    ? `missed: ${missed.join("; ")}`
    : `held: all worlds together at most 1/5; each of ${plain.length} simple ones at most ${bars.simple}; every fault named`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
