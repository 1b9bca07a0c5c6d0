import { expect, test } from "vitest";
import { gapText } from "../../src/incident/gap.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { askWorld } from "../../src/tools/ask.ts";
import { fakeKubernetes } from "../support/fake-actuator.ts";
import { emptyBookshelf, stillClock } from "../support/memory-ports.ts";

const asking = (message: string) => {
  const { cluster } = fakeKubernetes([]);
  cluster.logs = async () => {
    throw new PortError("cluster", "invalid", message);
  };
  cluster.names = async () => {
    throw new PortError("cluster", "forbidden", "configmaps is forbidden: User cannot list resource in API group");
  };
  return askWorld({ cluster, metrics: null, bookshelf: emptyBookshelf, clock: stillClock() });
};
const question = {
  ask: "logs",
  namespace: "shop",
  pod: "web-1",
  container: "web",
  previous: false,
  lines: 100,
} as const;

test("a container that waits to start has no log, and the kubelet's words for it are evidence, no gap", async () => {
  const words = 'container "web" in pod "web-1" is waiting to start: trying and failing to pull image';

  const { answer } = await asking(`log of shop/web-1 web: ${words}`)(question);

  expect(answer).toEqual({ kind: "found", body: { kind: "text", text: words } });
});

test("control: any other refusal of a log stays a gap", async () => {
  const asked = await asking("log of shop/web-1 web: container web is not valid for pod web-1")(question);

  expect(asked.answer).toMatchObject({ kind: "could-not-ask", reason: "invalid" });
  expect(gapText(asked)).toContain("could not ask (invalid): kubectl logs -n shop web-1");
});

test("the right to read names of ConfigMaps is optional, and its lack is told in a few words", async () => {
  const asked = await asking("")({ ask: "names", kind: "ConfigMap", namespace: "shop" });

  expect(gapText(asked)).toBe("names of ConfigMaps: not permitted");
});
