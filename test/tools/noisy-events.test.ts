import { expect, test } from "vitest";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Cluster, ListQuery } from "../../src/ports/cluster.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { gapsIn, unsaid } from "../../src/rules/around/gaps.ts";
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

const worldWith = (list: (query: ListQuery) => Promise<unknown>) =>
  askWorld({
    ...{ cluster: { list } as unknown as Cluster, metrics: null, sources: null },
    bookshelf: { search: async () => [] },
    clock: { now: () => new Date(0) },
  } as never);

const asked = async (count: number) => {
  const all = Array.from({ length: count }, (_, at) => event(at, at === count - 1 || at === 3 ? "Warning" : "Normal"));
  const limits: number[] = [];
  const list = async ({ limit }: ListQuery) => {
    limits.push(limit);
    return { objects: all.slice(0, limit), truncated: all.length > limit };
  };
  const ask = worldWith(list);
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

test("refused the rest of them, what was read is kept, and that the rest could not be asked for is said", async () => {
  const first = Array.from({ length: 500 }, (_, at) => event(at, at === 7 ? "Warning" : "Normal"));
  const ask = worldWith(async ({ limit }) => {
    if (limit > 500) throw new PortError("cluster", "timeout", "no answer in 10 s");
    return { objects: first, truncated: true };
  });
  const all = await ask({ ask: "list", kind: "Event", namespace: "n", selector: null });
  const one = await ask({ ask: "events", kind: "Pod", namespace: "n", name: "pod-7" });
  const none = await ask({ ask: "events", kind: "Pod", namespace: "n", name: "pod-9999" });

  expect(all.answer).toMatchObject({ kind: "found", body: { truncated: true, unread: "timeout" } });
  expect(one.answer).toMatchObject({ kind: "found", body: { objects: [{ type: "Warning" }], unread: "timeout" } });
  expect(none.answer).toMatchObject({ kind: "found", body: { objects: [], unread: "timeout" } });
  const gaps = gapsIn({ evidence: [all] } as never);
  expect(unsaid(gaps)?.words).toContain("(timeout: the rest of kubectl get event");
});

test("refused them all, nothing is made up", async () => {
  const ask = worldWith(async () => {
    throw new PortError("cluster", "forbidden", "no");
  });
  const { answer } = await ask({ ask: "list", kind: "Event", namespace: "n", selector: null });

  expect(answer).toMatchObject({ kind: "could-not-ask", reason: "forbidden" });
});
