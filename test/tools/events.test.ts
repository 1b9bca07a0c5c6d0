import { expect, test } from "vitest";
import type { KubeObject } from "../../src/incident/kube.ts";
import { askWorld } from "../../src/tools/ask.ts";
import { emptyBookshelf, stillClock } from "../support/memory-ports.ts";

const event = (kind: string, name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: `${name}.1`, namespace: "shop" },
  involvedObject: { kind, name, namespace: "shop" },
  reason: "BackOff",
});

const world = (objects: KubeObject[]) => ({
  cluster: {
    name: "test",
    get: async () => null,
    list: async () => ({ objects, truncated: false }),
    names: async () => [],
    logs: async () => null,
  },
  metrics: null,
  bookshelf: emptyBookshelf,
  clock: stillClock(),
});

const question = { ask: "events", kind: "Pod", namespace: "shop", name: "api-1" } as const;

test("events of one object leave out those of its neighbours and namesakes", async () => {
  const objects = [event("Pod", "api-1"), event("Pod", "api-10"), event("Deployment", "api-1")];

  const { answer, command } = await askWorld(world(objects))(question);

  expect(answer).toMatchObject({
    kind: "found",
    body: { objects: [{ involvedObject: { kind: "Pod", name: "api-1" } }] },
  });
  expect(command).toBe("kubectl events -n shop --for=pod/api-1 -o json");
});

test("no event of that object is no data", async () => {
  expect((await askWorld(world([event("Pod", "b")]))(question)).answer).toEqual({ kind: "no-data" });
});
