import { expect, test } from "vitest";
import type { Metrics } from "../../src/ports/metrics.ts";

/** What every Metrics must do. `makeSubject` opens one where `up` has the samples given, in Prometheus's own text. */
export const metricsExam = (name: string, makeSubject: (samples: string[]) => Promise<Metrics>): void => {
  test(`${name} gives labels and numbers`, async () => {
    const metrics = await makeSubject(["1", "0.5"]);

    expect(await metrics.instant("up")).toEqual([
      { labels: { instance: "0" }, points: [[1700000000.5, 1]] },
      { labels: { instance: "1" }, points: [[1700000000.5, 0.5]] },
    ]);
  });

  test(`${name} leaves out what is no number`, async () => {
    const metrics = await makeSubject(["NaN", "+Inf", "-Inf", "3"]);

    expect((await metrics.instant("up")).flatMap(({ points }) => points)).toEqual([[1700000000.5, 3]]);
  });

  test(`${name} gives nothing when nothing matches`, async () => {
    const metrics = await makeSubject([]);

    expect(await metrics.instant("up")).toEqual([]);
  });

  test(`${name} gives at most 200 series`, async () => {
    const metrics = await makeSubject(Array.from({ length: 250 }, () => "1"));

    expect(await metrics.instant("up")).toHaveLength(200);
  });
};
