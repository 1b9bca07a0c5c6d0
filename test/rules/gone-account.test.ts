import { expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import { goneCrashes } from "../../src/rules/start/gone.ts";
import { worldOf } from "../../src/rules/world/world.ts";

const kept = (account: string): Evidence =>
  ({
    id: "e1",
    question: { ask: "kept-logs", namespace: "shop", pod: "sync-7f9c5d8b6-x2x4z" },
    answer: {
      kind: "found",
      body: {
        kind: "log",
        namespace: "shop",
        pod: "sync-7f9c5d8b6-x2x4z",
        container: "app",
        previous: false,
        from: "loki",
        text: `panic: pods is forbidden: User "system:serviceaccount:${account}" cannot list resource "pods" in API group "" in the namespace "shop"`,
      },
    },
  }) as never;

test.each([
  ["shop:default", "rbac-denied"],
  ["other:default", "app-crash"],
])("of a pod that is gone, refused as %s: %s", (account, name) => {
  const found = goneCrashes(worldOf([kept(account)], "2026-11-27T10:00:00Z"));

  expect(found.map((one) => one.class)).toEqual([name]);
});
