import { afterEach, beforeEach, expect, test } from "vitest";
import { deniedTable, neededTable, writeTable } from "../../src/adapters/access-review.ts";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubeconfigFor } from "./kubeconfig.ts";
import { json, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

const changing = ["create", "update", "patch", "delete", "deletecollection"];

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

  const rows = [...(await neededTable(open())), ...(await deniedTable(open(), "writer", []))];

  expect(
    rows.filter(({ want, allowed }) => want === "denied" && allowed).map(({ verb, resource }) => `${verb} ${resource}`),
  ).toEqual([
    ...["get", "list", "watch", ...changing].map((verb) => `${verb} secrets`),
    ...changing.filter((verb) => verb !== "delete").map((verb) => `${verb} pods`),
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

test("what must be denied is asked for again in each namespace, a few questions at a time", async () => {
  let asking = 0;
  let most = 0;
  server.play(({ body }, response) => {
    most = Math.max(most, ++asking);
    const { namespace, resource } = JSON.parse(body).spec.resourceAttributes;
    setImmediate(() => {
      asking--;
      json(response, 201, { status: { allowed: namespace === "shop" && resource === "rolebindings" } });
    });
  });

  const rows = await deniedTable(open(), "writer", ["shop", "quiet"]);

  expect(rows.filter(({ allowed }) => allowed).map(({ verb, namespace }) => `${verb} in ${namespace}`)).toEqual(
    changing.map((verb) => `${verb} in shop`),
  );
  expect(server.asked).toHaveLength(rows.length);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(10);
});
