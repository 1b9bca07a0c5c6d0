import { afterEach, beforeEach, expect, test } from "vitest";
import { accessTable, writeTable } from "../../src/adapters/access-review.ts";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubeconfigFor } from "./kubeconfig.ts";
import { json, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());

const open = () => kubernetesClient({ kubeconfig: kubeconfigFor(server.url), context: null });
const allow = (may: (right: Record<string, string>) => boolean): void =>
  server.play(({ body }, response) =>
    json(response, 201, { status: { allowed: may(JSON.parse(body).spec.resourceAttributes) } }),
  );

test("the table tells the rights that are needed from those that must not be there", async () => {
  allow(({ resource, subresource }) => resource === "secrets" || (resource === "pods" && subresource === undefined));

  const rows = await accessTable(open());

  expect(rows.filter(({ want, allowed }) => want === "denied" && allowed).map(({ verb }) => verb)).toEqual([
    "get",
    "list",
    "watch",
  ]);
  expect(rows).toContainEqual({ verb: "list", resource: "pods", namespace: null, want: "needed", allowed: true });
  expect(rows).toContainEqual({ verb: "get", resource: "pods/log", namespace: null, want: "needed", allowed: false });
  expect(rows).toContainEqual({
    verb: "create",
    resource: "pods/exec",
    namespace: null,
    want: "denied",
    allowed: false,
  });
});

test("rights to change are asked for in one namespace", async () => {
  allow(({ namespace, verb, resource }) => namespace === "shop" && verb === "patch" && resource === "deployments");

  expect((await writeTable(open(), "shop")).map(({ allowed }) => allowed)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect((await writeTable(open(), "other")).map(({ allowed }) => allowed)).toEqual(Array(7).fill(false));
});
