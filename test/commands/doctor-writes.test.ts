import { afterEach, beforeEach, expect, test } from "vitest";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { writeLines } from "../../src/commands/doctor-writes.ts";
import { Policy } from "../../src/incident/policy.ts";
import { kubeconfigFor } from "../adapters/kubeconfig.ts";
import { json, type ScriptedServer, scriptedServer } from "../adapters/scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
  server.play(({ body }, response) => {
    const { verb, resource } = JSON.parse(body).spec.resourceAttributes;
    json(response, 201, { status: { allowed: verb === "patch" && resource !== "nodes" } });
  });
});
afterEach(() => server.close());

const found = async (policy: object | null, namespaces: string[] = []): Promise<Record<string, string>> => {
  const client = kubernetesClient({ kubeconfig: kubeconfigFor(server.url), context: null });
  const rows = await writeLines(client, policy && Policy.parse(policy), namespaces);
  await client.close();
  return Object.fromEntries(rows.map(({ what, state }) => [what, state]));
};
const inShop = (verbs: string[]) => verbs.map((verb) => `${verb} in shop`);
const all = inShop([
  "patch deployments",
  "patch statefulsets",
  "patch daemonsets",
  "patch services",
  "patch cronjobs",
  "delete pods",
  "create jobs",
]);

test("where policy names a namespace it is asked about everything that policy could make it do there, and about nodes", async () => {
  const rows = await found({ mode: "approve", namespaces: { shop: "approve" } });

  expect(Object.keys(rows).toSorted()).toEqual([...all, "patch nodes", "writer elsewhere"].toSorted());
  expect(rows).toMatchObject({ "patch deployments in shop": "ok", "delete pods in shop": "off", "patch nodes": "off" });
});

test.each([
  [
    "one verb, by a rule",
    [{ match: { namespace: "shop", verb: "delete-pod" }, mode: "approve" }],
    ["delete pods in shop"],
  ],
  [
    "a rule that looks at labels, which some object may bear",
    [{ match: { namespace: "shop", verb: "restart-*", labels: { tier: "gold" } }, mode: "auto" }],
    inShop(["patch deployments", "patch statefulsets", "patch daemonsets"]),
  ],
  [
    "an earlier rule that says observe decides",
    [
      { match: { namespace: "shop" }, mode: "observe" },
      { match: { verb: "delete-pod", namespace: "shop" }, mode: "auto" },
    ],
    [],
  ],
  [
    "an earlier rule that says observe of some labels alone does not",
    [
      { match: { namespace: "shop", labels: { tier: "gold" } }, mode: "observe" },
      { match: { verb: "delete-pod", namespace: "shop" }, mode: "auto" },
    ],
    ["delete pods in shop"],
  ],
  [
    "nodes alone, which have no namespace",
    [{ match: { namespace: "", verb: "cordon-node" }, mode: "approve" }],
    ["patch nodes"],
  ],
])("%s", async (_what, rules, rows) => {
  expect(Object.keys(await found({ mode: "observe", rules })).toSorted()).toEqual([...rows].toSorted());
});

test("without a policy nothing is asked but what was asked for by name", async () => {
  expect(await found(null)).toEqual({});
  expect(Object.keys(await found(null, ["shop"])).toSorted()).toEqual([...all].toSorted());
});
