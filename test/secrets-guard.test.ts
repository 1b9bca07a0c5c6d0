import { afterEach, beforeEach, expect, test } from "vitest";
import { kubernetesClient } from "../src/adapters/kubernetes-client.ts";
import { Policy } from "../src/incident/policy.ts";
import { refuseReadableSecrets } from "../src/secrets-guard.ts";
import { kubeconfigFor } from "./adapters/kubeconfig.ts";
import { json, type ScriptedServer, scriptedServer } from "./adapters/scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());

interface Attributes {
  verb: string;
  resource: string;
  namespace?: string;
}

const allow = (may: (right: Attributes, token: string) => boolean): void =>
  server.play(({ body, headers }, response) =>
    json(response, 201, {
      status: { allowed: may(JSON.parse(body).spec.resourceAttributes, headers.authorization ?? "") },
    }),
  );

const open = (context: "day" | "night") => kubernetesClient({ kubeconfig: kubeconfigFor(server.url), context });

const start = async (policy: object, allowed = false) => {
  const said: string[] = [];
  await refuseReadableSecrets({
    policy: Policy.parse(policy),
    identities: { reader: open("day"), writer: open("night") },
    allowed,
    log: (line) => said.push(line),
  });
  return said;
};

test("with rights to nothing secret it starts in any mode", async () => {
  allow(({ resource }) => resource !== "secrets");

  expect(await start({ mode: "auto" })).toEqual([]);
});

test.each([
  { mode: "approve" },
  { mode: "auto" },
  { namespaces: { "dev-*": "auto" } },
  { rules: [{ mode: "approve" }] },
])("where %j lets anything be changed, an identity that reads Secrets is refused with what to do", async (policy) => {
  allow(({ verb }) => verb === "list");

  await expect(start(policy)).rejects.toThrow(/may list secrets.*deploy\/rbac.*mode: observe/s);
});

test("the identity that only writes is asked, too", async () => {
  allow(({ verb }, token) => verb === "get" && token.includes("night"));

  await expect(start({ mode: "approve" })).rejects.toThrow("may get secrets,");
});

test("a right in one namespace that policy names is enough", async () => {
  allow(({ namespace }) => namespace === "payments");

  await expect(start({ namespaces: { payments: "approve" } })).rejects.toThrow("get secrets in payments");
});

test("who only observes starts with any rights, and nobody is asked", async () => {
  allow(() => true);

  expect(await start({})).toEqual([]);
  expect(server.asked).toEqual([]);
});

test("it starts all the same where somebody said so, and says so", async () => {
  allow(() => true);

  expect(await start({ mode: "approve" }, true)).toEqual([expect.stringContaining("lets it start all the same")]);
});

test("a cluster that does not answer keeps no alert out", async () => {
  server.play((_asked, response) => json(response, 500, { kind: "Status", message: "no" }));

  expect(await start({ mode: "approve" })).toEqual([expect.stringContaining("could not be asked")]);
});
