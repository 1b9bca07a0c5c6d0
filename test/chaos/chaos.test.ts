import { beforeAll, expect, test } from "vitest";
import { broken, type ChaosResult, runChaos } from "./run.ts";

const short = { incidents: 6, seed: 4, workers: 3, everyMs: 900, doomed: 0.25, say: () => undefined };
let results: ChaosResult[];

// Side by side: most of the time the queue waits to miss a dead worker. Chance decides nothing in so short a run.
beforeAll(async () => {
  results = await Promise.all([
    runChaos({ ...short, without: null, script: ["stop", "kill", "cut", "delay", "restart"] }),
    runChaos({ ...short, incidents: 3, workers: 2, script: [], without: "ledger,locks" }),
  ]);
}, 1_200_000);

test("killed, stopped, cut off and restarted, all workers together lose nothing and do nothing twice", () => {
  const [real] = results;

  expect(real && broken(real, short.incidents)).toEqual([]);
  expect(real).toMatchObject({ incidents: short.incidents, writesPerAction: 1, writesForRejected: 0 });
  for (const trouble of ["kills", "stops", "takeovers", "cuts", "delays", "restarts"] as const)
    expect([trouble, real?.[trouble]]).not.toEqual([trouble, 0]);
  for (const trouble of [
    "duplicates",
    "reordered",
    "tenApprovals",
    "approvalsAgainstRejections",
    "ofNewerBuild",
    "ofOlderBuild",
  ] as const)
    expect([trouble, real?.[trouble]]).not.toEqual([trouble, 0]);
});

test("the same run without ledger and locks writes twice, so the run above has teeth", () => {
  expect(results[1]?.writesPerAction).toBeGreaterThan(1);
});
