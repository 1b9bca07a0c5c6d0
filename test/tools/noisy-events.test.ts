import { expect, test } from "vitest";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Cluster, ListQuery } from "../../src/ports/cluster.ts";
import { askWorld } from "../../src/tools/ask.ts";
import { newestEvents } from "../../src/tools/noisy-events.ts";

const event = (at: number, type: string): KubeObject =>
  ({
    kind: "Event",
    metadata: { name: `pod-${String(at).padStart(5, "0")}`, namespace: "n" },
    involvedObject: { kind: "Pod", namespace: "n", name: `pod-${at}` },
    type,
    message: `of ${at}`,
    lastTimestamp: new Date(1_000_000 * at).toISOString(),
  }) as never;

const asked = async (count: number) => {
  const all = Array.from({ length: count }, (_, at) => event(at, at === count - 1 || at === 3 ? "Warning" : "Normal"));
  const limits: number[] = [];
  const list = async ({ limit }: ListQuery) => {
    limits.push(limit);
    return { objects: all.slice(0, limit), truncated: all.length > limit };
  };
  const world = { cluster: { list } as unknown as Cluster, metrics: null, sources: null };
  const ask = askWorld({ ...world, bookshelf: { search: async () => [] }, clock: { now: () => new Date(0) } } as never);
  const list500 = await ask({ ask: "list", kind: "Event", namespace: "n", selector: null });
  const one = await ask({ ask: "events", kind: "Pod", namespace: "n", name: `pod-${count - 1}` });
  const names = [list500, one].map(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "objects"
      ? answer.body.objects.map(({ metadata }) => metadata.name)
      : [],
  );
  return { limits, names };
};

test("in a noisy namespace warnings are kept wherever they stand in the list, then the newest", async () => {
  const { limits, names } = await asked(2_000);

  expect(limits).toEqual([500, 3_000, 500, 3_000]);
  expect(names[0]?.slice(0, 3)).toEqual(["pod-01999", "pod-00003", "pod-01998"]);
  expect(names[0]).toHaveLength(500);
  expect(names[1]).toEqual(["pod-01999"]);
});

test("the same words about many pods crowd out neither other words nor a container that was killed", () => {
  const alike = Array.from({ length: 900 }, (_, at) => ({
    ...event(at + 5000, "Warning"),
    reason: "Forbidden",
    message: "no",
  }));
  const killing = { ...event(1, "Normal"), reason: "Killing" };
  const kept = newestEvents({ objects: [...alike, killing, event(2, "Warning")], truncated: false }, 500).objects;

  expect(kept).toHaveLength(22);
  expect(kept).toContain(killing);
});

test("a quiet one is read once, as it is", async () => {
  const { limits, names } = await asked(400);

  expect(limits).toEqual([500, 500]);
  expect(names[0]?.[0]).toBe("pod-00000");
});
