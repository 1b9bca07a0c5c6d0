import { beforeAll, expect, test } from "vitest";
import { broken, type ChaosResult, runChaos } from "./run.ts";

const short = { incidents: 20, seed: 4, workers: 3, everyMs: 2_500, say: () => undefined };
let results: ChaosResult[];

// Side by side: most of the time the queue waits to miss a dead worker.
beforeAll(async () => {
  results = await Promise.all([
    runChaos({ ...short, without: null }),
    runChaos({ ...short, incidents: 10, everyMs: 60_000, without: "ledger,locks" }),
  ]);
}, 240_000);

test("killed, stopped, cut off and restarted, all workers together lose nothing and do nothing twice", () => {
  const [real] = results;

  expect(real && broken(real, short.incidents)).toEqual([]);
  expect(real).toMatchObject({ incidents: short.incidents, writesPerAction: 1, writesForRejected: 0 });
  expect(real?.kills).toBeGreaterThan(2);
  expect(real?.takeovers).toBeGreaterThan(2);
  expect(real?.restarts).toBeGreaterThan(0);
});

test("the same run without ledger and locks writes twice, so the run above has teeth", () => {
  expect(results[1]?.writesPerAction).toBeGreaterThan(1);
});
