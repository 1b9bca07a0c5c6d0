import { afterEach, beforeEach, expect, test } from "vitest";
import { type KubernetesClient, kubernetesClient, readingClient } from "../../src/adapters/kubernetes-client.ts";
import { apiPath } from "../../src/incident/kinds.ts";
import { kubeconfigFor } from "./kubeconfig.ts";
import { json, type ScriptedServer, scriptedServer, status } from "./scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());

const open = (context: string | null = null): KubernetesClient =>
  kubernetesClient({ kubeconfig: kubeconfigFor(server.url), context });
const pods = { method: "GET", path: "/api/v1/namespaces/shop/pods" } as const;

test("calls one after the other share one connection", async () => {
  server.play((_asked, response) => json(response, 200, {}));
  const client = open();

  for (let calls = 0; calls < 20; calls += 1) await client.request(pods);

  // The second is undici's: it opens one more when a call comes before the first is marked free.
  expect(server.connections()).toBeLessThanOrEqual(2);
  await client.close();
});

test("the count of connections sees those that are not shared", async () => {
  server.play((_asked, response) => json(response, 200, {}));

  for (let calls = 0; calls < 5; calls += 1) await open().request(pods);

  expect(server.connections()).toBe(5);
});

test("the chosen context decides the identity, and who asks says so", async () => {
  server.play((_asked, response) => json(response, 200, {}));

  await open().request(pods);
  await open("night").request(pods);

  expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(["Bearer day-token", "Bearer night-token"]);
  expect(server.asked[0]?.headers["user-agent"]).toMatch(/^nightshift\/\d/);
});

test("a context that is not there is an error that lists those that are", () => {
  expect(() => open("noon")).toThrow(/"noon".*day, night/);
});

test("a kubeconfig that is not there is an error that names it", () => {
  expect(() => kubernetesClient({ kubeconfig: "/nowhere/config", context: null })).toThrow(/\/nowhere\/config/);
});

test.each([
  [401, "unauthorized"],
  [403, "forbidden"],
  [422, "invalid"],
  [429, "rate-limited"],
  [500, "failed"],
  [504, "timeout"],
])("status %i is %s, with the server's words", async (code, reason) => {
  server.play((_asked, response) => status(response, code, "the server's words"));

  await expect(open().request(pods)).rejects.toMatchObject({
    reason,
    message: expect.stringMatching(/GET .*\/pods answered \d+: the server's words/),
  });
});

test("a server that never answers is a timeout", async () => {
  server.play(() => {});

  await expect(open().request({ ...pods, deadlineMs: 50 })).rejects.toMatchObject({ reason: "timeout" });
});

test("a server that begins to answer and stops is a timeout too", async () => {
  server.play((_asked, response) => void response.write("{"));

  await expect(open().request({ ...pods, deadlineMs: 100 })).rejects.toMatchObject({ reason: "timeout" });
});

test("a connection that is cut is unreachable", async () => {
  server.play((_asked, response) => void response.destroy());

  await expect(open().request(pods)).rejects.toMatchObject({ reason: "unreachable" });
});

test("nobody listening is unreachable", async () => {
  const client = open();
  await server.close();

  await expect(client.request(pods)).rejects.toMatchObject({ reason: "unreachable", message: /ECONNREFUSED/ });
});

test("more bytes than asked for are not read", async () => {
  server.play((_asked, response) => void response.end("x".repeat(2000)));

  await expect(open().request({ ...pods, maxBytes: 1000 })).rejects.toMatchObject({ reason: "too-large" });
  expect((await open().request({ ...pods, maxBytes: 2000 })).bytes).toBe(2000);
});

test.each([
  "/api/v1/secrets",
  "/api/v1/namespaces/shop/secrets",
  "/api/v1/namespaces/shop/secrets/db",
  "/api/v1/namespaces/shop/%73ecrets/db",
  "/api/v1/watch/secrets",
  apiPath("Pod", "shop", "../secrets/db"),
  apiPath("Pod", "..", ".."),
  `${apiPath("Pod", "shop", "..")}/secrets`,
  "/api/v1/namespaces/shop/pods/web/exec",
  "/api/v1/nodes/one/proxy/pods",
  "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  "/api/v1/namespaces/shop/pods?x=/secrets",
])("%s never leaves the process", async (path) => {
  server.play((_asked, response) => json(response, 200, {}));

  await expect(open().request({ method: "GET", path })).rejects.toMatchObject({ reason: "invalid" });
  expect(server.asked).toEqual([]);
});

// The control of the test above: the lock looks at what is asked for, not at names that merely look like it.
test.each([apiPath("Pod", "secrets", "secrets"), apiPath("Namespace", null, "secrets"), apiPath("Pod", "shop", "web")])(
  "%s is let through",
  async (path) => {
    server.play((_asked, response) => json(response, 200, {}));

    await open().request({ method: "GET", path });

    expect(server.asked).toHaveLength(1);
  },
);

test("the reading client sends no change, whatever its identity may do; the other one does", async () => {
  server.play((_request, response) => json(response, 200, {}));
  const client = open();
  const patch = { method: "PATCH", path: "/apis/apps/v1/namespaces/shop/deployments/web", body: [] } as const;
  const create = { method: "POST", path: "/apis/batch/v1/namespaces/shop/jobs", body: {} } as const;
  const remove = { method: "DELETE", path: "/api/v1/namespaces/shop/pods/a" } as const;

  for (const change of [patch, create, remove])
    await expect(readingClient(client).request(change)).rejects.toThrow(/the reading client changes nothing/);
  expect(server.asked).toHaveLength(0);

  for (const change of [patch, create, remove]) await client.request(change);
  expect(server.asked).toHaveLength(3);
});
