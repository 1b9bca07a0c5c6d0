// Kills, stops, cuts and restarts everything while incidents are walked: `npm run chaos -- --incidents 400 --seed 1`.
// `--without ledger,locks` is the control: it must show violations. Exits 1 when an invariant is broken.
import { parseArgs } from "node:util";
import { broken, type ChaosResult, runChaos } from "./run.ts";

const { values } = parseArgs({
  options: {
    incidents: { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "3" },
    every: { type: "string", default: "2500" },
    without: { type: "string" },
  },
});

const table = (result: ChaosResult): string => {
  const { died, ...numbers } = result;
  return Object.entries({ ...numbers, diedByThemselves: died.length })
    .map(
      ([name, value]) => `  ${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).padEnd(22)} ${value}`,
    )
    .join("\n");
};

const incidents = Number(values.incidents);
let said = 0;
const result = await runChaos({
  incidents,
  seed: Number(values.seed),
  workers: Number(values.workers),
  everyMs: Number(values.every),
  without: values.without ?? null,
  say: (line) => {
    if (Date.now() - said < 5_000) return;
    said = Date.now();
    process.stderr.write(`${line}\n`);
  },
});
const wrong = broken(result, incidents);
process.stdout.write(
  `chaos, seed ${values.seed}${values.without ? `, without ${values.without}` : ""}\n${table(result)}\n`,
);
for (const line of wrong) process.stdout.write(`BROKEN: ${line}\n`);
process.exit(wrong.length > 0 ? 1 : 0);
