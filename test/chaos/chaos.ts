// Kills, stops, cuts and restarts everything while incidents are walked: `npm run chaos -- --incidents 400 --seed 1`.
// Then the same without ledger and locks: that run must show violations, or the first one proves nothing. Exits 1 when an
// invariant is broken, when too little happened to prove one, or when the control shows no harm. `--no-control` leaves it out.
import { parseArgs } from "node:util";
import ownScratch from "../support/scratch.ts";
import { moments } from "./harm.ts";
import { broken, type ChaosResult, runChaos } from "./run.ts";
import { tableOf } from "./table.ts";

ownScratch();

const { values } = parseArgs({
  options: {
    incidents: { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "4" },
    every: { type: "string", default: "1500" },
    without: { type: "string", default: "ledger,locks" },
    "no-control": { type: "boolean", default: false },
    "only-control": { type: "boolean", default: false },
  },
});

const incidents = Number(values.incidents);
const isFull = incidents >= 400;

const run = (without: string | null): Promise<ChaosResult> => {
  let said = 0;
  return runChaos({
    incidents,
    seed: Number(values.seed),
    workers: Number(values.workers),
    everyMs: Number(values.every),
    doomed: 1,
    without,
    say: (line) => {
      if (Date.now() - said < 5_000) return;
      said = Date.now();
      process.stderr.write(`${without === null ? "" : `without ${without}: `}${line}\n`);
    },
  });
};

/** A full run in which too little went wrong would prove nothing. */
const tooTame = (result: ChaosResult): string[] =>
  [
    result.takeovers < 100 ? `only ${result.takeovers} take-overs` : "",
    result.momentsKilledAt < moments.length * 0.9
      ? `killed at ${result.momentsKilledAt} of ${moments.length} moments only`
      : "",
  ].filter((line) => line !== "");

const real = values["only-control"] ? null : await run(null);
const control = values["no-control"] ? null : await run(values.without);
const harmed = control === null ? [] : broken(control, incidents);

process.stdout.write(
  `chaos: ${incidents} incidents, seed ${values.seed}, ${values.workers} workers of two builds\n${tableOf(real, control)}\n`,
);
const wrong = [
  ...(real === null ? [] : [...broken(real, incidents), ...(isFull ? tooTame(real) : [])]),
  ...(control !== null && harmed.length === 0 ? ["the control without protections shows no harm"] : []),
];
for (const line of wrong) process.stdout.write(`BROKEN: ${line}\n`);
for (const line of harmed) process.stdout.write(`the control, as it must: ${line}\n`);
process.exit(wrong.length > 0 ? 1 : 0);
