import { afterEach, beforeEach, expect, test } from "vitest";
import { kubernetesActuator } from "../../src/adapters/kubernetes-actuator.ts";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import type { Actuator, JsonPatchOperation } from "../../src/ports/actuator.ts";
import { actuatorExam, deployment, scaleTo } from "../ports/actuator-exam.ts";
import { kubeconfigFor } from "./kubeconfig.ts";
import { json, type Script, type ScriptedServer, scriptedServer, status } from "./scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());

const open = (): Actuator =>
  kubernetesActuator(kubernetesClient({ kubeconfig: kubeconfigFor(server.url), context: null }));

// The answers are those that a real API server 1.35 gave.
const patchDoesNotFit = "the server rejected our request due to an error in our request";
const negative =
  'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0';

const deploymentServer =
  (world: { replicas: number }): Script =>
  (asked, response) => {
    if (!asked.url.pathname.endsWith("/deployments/web"))
      return status(response, 404, 'deployments.apps "gone" not found');
    const patch: JsonPatchOperation[] = JSON.parse(asked.body);
    const valueAt = (path: string) => patch.find((operation) => operation.path === path)?.value;
    const fits = valueAt("/metadata/resourceVersion") === deployment.resourceVersion;
    if (!fits || valueAt("/metadata/uid") !== deployment.uid) return status(response, 422, patchDoesNotFit);
    const replicas = Number(valueAt("/spec/replicas"));
    if (replicas < 0) return status(response, 422, negative, { name: "web", causes: [{ field: "spec.replicas" }] });
    if (asked.url.searchParams.get("dryRun") !== "All") world.replicas = replicas;
    json(response, 200, { kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "web" }, spec: { replicas } });
  };

actuatorExam("the Kubernetes API", async () => {
  const world = { replicas: deployment.replicas };
  server.play(deploymentServer(world));
  return { actuator: open(), replicas: () => world.replicas };
});

test("a write is one strict JSON patch under our name", async () => {
  server.play(deploymentServer({ replicas: 2 }));

  await open().perform(scaleTo(3));

  const [asked] = server.asked;
  expect(asked?.method).toBe("PATCH");
  expect(asked?.headers["content-type"]).toBe("application/json-patch+json");
  expect(Object.fromEntries(asked?.url.searchParams ?? [])).toEqual({
    fieldManager: "nightshift",
    fieldValidation: "Strict",
  });
});

test.each([400, 401, 403, 429])("status %i changed nothing: refused", async (code) => {
  server.play((_asked, response) => status(response, code, "no"));

  expect(await open().perform(scaleTo(3))).toMatchObject({ kind: "refused", message: expect.stringMatching(/: no$/) });
});

test("a conflict of versions is a conflict", async () => {
  server.play((_asked, response) => status(response, 409, "the object has been modified"));

  expect(await open().perform(scaleTo(3))).toMatchObject({ kind: "conflict" });
});

test.each([500, 504])("after status %i nobody knows: thrown", async (code) => {
  server.play((_asked, response) => status(response, code, "etcd is slow"));

  await expect(open().perform(scaleTo(3))).rejects.toMatchObject({ name: "PortError" });
});

test("a connection lost in the middle of a write is thrown, and the write is not sent twice", async () => {
  server.play((_asked, response) => void response.destroy());

  await expect(open().perform(scaleTo(3))).rejects.toMatchObject({ reason: "unreachable" });
  expect(server.asked).toHaveLength(1);
});

test("a strict refusal does not quote the object", async () => {
  const message =
    '"" is invalid: patch: Invalid value: "{\\"env\\":\\"hunter2\\"}": strict decoding error: unknown field';
  server.play((_asked, response) => status(response, 422, message, { causes: [{}] }));

  const refused = await open().dryRun(scaleTo(3));

  expect(JSON.stringify(refused)).not.toContain("hunter2");
  expect(refused).toMatchObject({ kind: "refused", message: expect.stringMatching(/strict decoding error/) });
});

const podA = { do: "delete", kind: "Pod", namespace: "shop", name: "a", uid: "u-a", resourceVersion: "7" } as const;

/** As the real server does: with options in the body of a DELETE it reads none from the query. */
const podServer = (world: { pods: string[] }): Script => {
  return ({ body, url }, response) => {
    const { dryRun } = body === "" ? { dryRun: url.searchParams.getAll("dryRun") } : JSON.parse(body);
    if (!dryRun?.includes("All")) world.pods = [];
    json(response, 200, { kind: "Pod", apiVersion: "v1", metadata: { name: "a" } });
  };
};

test("a deletion that is only tried deletes nothing, one that is performed does", async () => {
  const world = { pods: ["a"] };
  server.play(podServer(world));

  expect(await open().dryRun(podA)).toMatchObject({ kind: "applied" });
  expect(world.pods).toEqual(["a"]);

  await open().perform(podA);
  expect(world.pods).toEqual([]);
});

test("control: a dry run that stands in the query alone deletes", async () => {
  const world = { pods: ["a"] };
  server.play(podServer(world));
  const body = { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid: "u-a" } };

  const client = kubernetesClient({ kubeconfig: kubeconfigFor(server.url), context: null });
  await client.request({ method: "DELETE", path: "/api/v1/namespaces/shop/pods/a", query: { dryRun: "All" }, body });

  expect(world.pods).toEqual([]);
});
