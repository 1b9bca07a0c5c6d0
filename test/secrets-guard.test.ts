import { afterEach, beforeEach, expect, test } from "vitest";
import { kubernetesClient } from "../src/adapters/kubernetes-client.ts";
import { Policy } from "../src/incident/policy.ts";
import type { Performed, Write } from "../src/ports/actuator.ts";
import { PortError } from "../src/ports/port-error.ts";
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

const guardOf = async (policy: object, allowed = false) => {
  const said: string[] = [];
  const guard = await refuseReadableSecrets({
    policy: Policy.parse(policy),
    identities: { reader: open("day"), writer: open("night") },
    allowed,
    log: (line) => said.push(line),
  });
  return { said, guard };
};
const start = async (policy: object, allowed = false) => (await guardOf(policy, allowed)).said;

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

test("where nobody could be asked at the start, nothing is tried or written before somebody was", async () => {
  const written: Write[] = [];
  const applied: Performed = { kind: "applied", object: { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } } };
  const perform = async (write: Write) => {
    written.push(write);
    return applied;
  };
  const write: Write = { do: "delete", kind: "Pod", namespace: "shop", name: "a", uid: "u", resourceVersion: "1" };
  server.play((_asked, response) => json(response, 503, { kind: "Status", message: "not now" }));
  const { guard } = await guardOf({ mode: "approve" });
  const actuator = guard({ dryRun: perform, perform });

  await expect(actuator.perform(write)).rejects.toThrow(/503/);
  allow(({ resource }) => resource === "secrets");
  await expect(actuator.dryRun(write)).rejects.toThrow(/may get secrets/);
  expect(written).toEqual([]);

  allow(() => false);
  expect(await actuator.perform(write)).toEqual(applied);
  expect(written).toHaveLength(1);
});

test("a server that knows no access reviews is told of once, and asked no more", async () => {
  server.play((_asked, response) => json(response, 404, { kind: "Status", message: "not found" }));

  const { said, guard } = await guardOf({ mode: "approve" });

  expect(said).toEqual([expect.stringContaining("it answers no access reviews")]);
  const actuator = { dryRun: async () => never, perform: async () => never };
  expect(guard(actuator)).toBe(actuator);
});
const never: Performed = { kind: "refused", message: "no" };

test("a review that was not answered in time is asked again, and what it says then counts", async () => {
  const late = new PortError("cluster", "timeout", "POST selfsubjectaccessreviews: no answer within 5000 ms");
  const guarded = (answers: (string | PortError)[]) => {
    const said: string[] = [];
    const request = async () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof PortError) throw answer;
      const text = JSON.stringify({ status: { allowed: answer === "yes" } });
      return { status: 201, text, bytes: text.length };
    };
    const one = { clusterName: "", request, close: async () => undefined };
    const began = refuseReadableSecrets({
      policy: Policy.parse({ mode: "approve" }),
      identities: { reader: one, writer: one },
      allowed: false,
      log: (line) => said.push(line),
    });
    return { said, began };
  };

  const first = guarded([late, "yes"]);
  await expect(first.began).rejects.toThrow(/may .*secrets/);
  expect(first.said).toEqual([expect.stringContaining("asked again (try 2 of 3)")]);

  const never = guarded([late]);
  await never.began;
  expect(never.said).toEqual([
    expect.stringContaining("try 2 of 3"),
    expect.stringContaining("try 3 of 3"),
    expect.stringContaining("nothing is changed before it was"),
  ]);
});
