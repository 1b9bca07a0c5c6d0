import { expect, test } from "vitest";
import { memoryNeeds } from "../../src/rules/memory-need.ts";
import { evidence, recorded } from "./recorded.ts";

const world = recorded("cache");
const root = { kind: "Deployment", namespace: "cache", name: "cache-warmer" };
const MiB = 2 ** 20;

const workingSet = (container: string, peak: number) =>
  evidence(
    { ask: "metric", query: "max by (pod, container) (container_memory_working_set_bytes)", minutes: 60 },
    {
      kind: "found",
      body: {
        kind: "series",
        query: "max by (pod, container) (container_memory_working_set_bytes)",
        series: [
          {
            labels: { container },
            points: [
              [1, peak / 2],
              [2, peak],
            ],
          },
        ],
      },
    },
  );

const withoutLogs = world.evidence.filter(({ question }) => question.ask !== "logs");

test("a log that announces more than it got through decides the sum", () => {
  const [need] = memoryNeeds(world.evidence, world.now, root);

  expect(need?.announcedBytes).toBe(4000 * MiB);
  expect(need?.recommended).toBe("4400Mi");
  expect(need?.sum).toContain("a small raise will not help");
});

test("without a log the limit that killed it is doubled", () => {
  const [need] = memoryNeeds(withoutLogs, world.now, root);

  expect(need).toMatchObject({ peakBytes: null, recommended: "128Mi" });
  expect(need?.sum).toContain("2 × 64Mi = 128Mi");
});

test("a measured peak above the limit counts, that of another container does not", () => {
  const of = (container: string) => memoryNeeds([...withoutLogs, workingSet(container, 100 * MiB)], world.now, root)[0];

  expect(of("cache-warmer")).toMatchObject({ peakBytes: 100 * MiB, recommended: "208Mi" });
  expect(of("sidecar")).toMatchObject({ peakBytes: null, recommended: "128Mi" });
});

test("a container that was not killed for memory needs nothing", () => {
  const healthy = recorded("web-prod");

  expect(
    memoryNeeds(healthy.evidence, healthy.now, { kind: "Deployment", namespace: "web-prod", name: "web" }),
  ).toEqual([]);
});
