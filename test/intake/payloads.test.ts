import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Alert } from "../../src/incident/alert.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { fromAlertmanager } from "../../src/intake/alertmanager.ts";
import { ownerWalk } from "../../src/intake/owner-walk.ts";
import { fromPagerDuty, isHinted, pagerdutyIncident } from "../../src/intake/pagerduty.ts";
import { subjectOf } from "../../src/intake/subject-of.ts";
import { titleHints } from "../../src/intake/title-hints.ts";

test("every recorded delivery is understood, and its subject lies in the alert's namespace", () => {
  const files = readdirSync("test/incidents", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith("/alertmanager.json"),
  );
  const alerts = files.flatMap((file) => {
    const deliveries: unknown[] = JSON.parse(readFileSync(`test/incidents/${file}`, "utf8"));
    return deliveries.flatMap(fromAlertmanager);
  });
  expect(alerts.length).toBeGreaterThan(20);
  for (const alert of alerts.filter(({ labels }) => labels.namespace)) {
    const { kind, namespace, name } = subjectOf(alert);
    expect(kind === "Namespace" ? name : namespace).toBe(alert.labels.namespace);
  }
});

test("a payload without alerts is one clear error", () => {
  expect(() => fromAlertmanager({ version: "4" })).toThrow(/alertmanager webhook: alerts/);
});

test.each(["99999", "+012026-11-27T10:40:00Z", "-000100-01-01T00:00:00.000Z"])(
  "a start in the year of %s is refused: what is stored could not be read again",
  (startsAt) => {
    const one = { status: "firing", labels: { alertname: "A" }, annotations: {}, startsAt };
    expect(() => fromAlertmanager({ version: "4", alerts: [one] })).toThrow(/startsAt/);
    const taken = fromAlertmanager({ version: "4", alerts: [{ ...one, startsAt: "9999-12-31T23:59:59+00:00" }] });
    expect(taken.map((alert) => Alert.parse(alert).startsAt)).toEqual(["9999-12-31T23:59:59.000Z"]);
  },
);

const event = (event_type: string) => ({
  event: {
    id: "E1",
    event_type,
    data: {
      id: "Q1",
      html_url: "https://acme.example/Q1",
      title: "[FIRING:1] KubePodCrashLooping shop (api critical)",
      created_at: "2026-03-04T05:06:07Z",
    },
  },
});

const labels = { alertname: "KubePodCrashLooping", namespace: "shop", pod: "api-1", severity: "critical" };
const text = `Labels:\n${Object.entries(labels)
  .map(([key, value]) => ` - ${key} = ${value}`)
  .join("\n")}\nAnnotations:\n - summary = Pod is crash looping.\nSource: http://prometheus.example/graph\n`;
const json = [{ status: "firing", labels, annotations: { summary: "Pod is crash looping." } }];

test.each([
  ["text in details", { details: { firing: text } }],
  ["a list in details", { details: { firing: json } }],
  ["nested custom details", { details: { custom_details: { firing: json } } }],
  ["cef details", { cef_details: { details: { firing: text } } }],
  ["nested cef details", { cef_details: { details: { custom_details: { firing: json } } } }],
])("PagerDuty details are read from %s", (_shape, body) => {
  const incident = pagerdutyIncident(event("incident.triggered"));
  const [alert] = incident ? fromPagerDuty(incident, [{ body }]) : [];
  expect(alert).toMatchObject({ labels, summary: "Pod is crash looping.", fingerprint: "Q1", status: "firing" });
});

test("without details the title is a hint, and the resolve still finds the alert", () => {
  const [begun, ended] = ["incident.triggered", "incident.resolved"].map((type) => pagerdutyIncident(event(type)));
  const [alert] = begun ? fromPagerDuty(begun, []) : [];
  const [resolved] = ended ? fromPagerDuty(ended, []) : [];
  expect(alert && isHinted(alert)).toBe(true);
  expect(alert?.labels.namespace).toBe("shop");
  expect(resolved).toMatchObject({ fingerprint: alert?.fingerprint, startsAt: alert?.startsAt, status: "resolved" });
});

test.each(["pagey.ping", "incident.acknowledged", "incident.of_the_future"])("%s is accepted and ignored", (type) => {
  expect(pagerdutyIncident(event(type))).toBeNull();
});

const object = (kind: string, name: string, owner?: [kind: string, name: string]): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: {
    name,
    uid: `${kind}-${name}`,
    ...(owner
      ? {
          ownerReferences: [
            { apiVersion: "v1", kind: owner[0], name: owner[1], uid: `${owner[0]}-${owner[1]}`, controller: true },
          ],
        }
      : {}),
  },
});

const replicaSet = object("ReplicaSet", "api-7c678bcd54", ["Deployment", "api"]);
const shelf = [
  object("Pod", "api-7c678bcd54-l8fgm", ["ReplicaSet", "api-7c678bcd54"]),
  replicaSet,
  object("Deployment", "api"),
];
const get = async (kind: string, _namespace: string | null, name: string) =>
  shelf.find((one) => one.kind === kind && one.metadata.name === name) ?? null;
const list = async (kind: string) => shelf.filter((one) => one.kind === kind);
const pod = (name: string) => ({ kind: "Pod", namespace: "shop", name });

test("owners are walked to the root, also for a pod that is gone, and guessed without a cluster", async () => {
  const api = { kind: "Deployment", namespace: "shop", name: "api", cluster: "c" };
  expect(await ownerWalk(get)(pod("api-7c678bcd54-l8fgm"), "c")).toEqual({ ...api, guessed: false });
  expect(await ownerWalk(get, list)(pod("api-7c678bcd54-zzzzz"), "c")).toEqual({ ...api, guessed: false });
  const down = () => Promise.reject(new Error("down"));
  expect(await ownerWalk(down)(pod("api-7c678bcd54-l8fgm"), "c")).toEqual({ ...api, guessed: true });
});

test("an owner with another uid ends the walk", async () => {
  const other = async (kind: string, namespace: string | null, name: string) => {
    const found = await get(kind, namespace, name);
    return kind === "Deployment" && found ? { ...found, metadata: { ...found.metadata, uid: "other" } } : found;
  };
  expect(await ownerWalk(other)(pod("api-7c678bcd54-l8fgm"), "c")).toMatchObject({ kind: "ReplicaSet" });
});

test("a group of thousands is taken, never refused: a sender drops what is refused", () => {
  const one = { status: "firing", labels: { alertname: "A", pod: "p" }, startsAt: "2026-11-23T02:00:00Z" };
  const alerts = fromAlertmanager({ version: "4", alerts: Array.from({ length: 5_001 }, () => one) });

  expect(alerts).toHaveLength(5_000);
});

test.each([
  ["KubePodCrashLooping firing shop", { alertname: "KubePodCrashLooping" }],
  [
    "KubeDeploymentReplicasMismatch in namespace shop deployment api",
    { alertname: "KubeDeploymentReplicasMismatch", namespace: "shop", deployment: "api" },
  ],
  [
    "[FIRING:3] KubePodCrashLooping shop (api critical)",
    { alertname: "KubePodCrashLooping", namespace: "shop", severity: "critical" },
  ],
])("of the title %s only what it says is read", (title, labels) => {
  expect(titleHints(title)).toEqual(labels);
});

test("a node's alert is about the node, not about the exporter's pod", () => {
  const labels = {
    alertname: "NodeFilesystemAlmostOutOfSpace",
    namespace: "monitoring",
    pod: "node-exporter-x",
    node: "node-1",
  };

  expect(subjectOf({ labels })).toEqual({ kind: "Node", namespace: null, name: "node-1" });
});

test("an alert that names a Service is about the Service", () => {
  expect(subjectOf({ labels: { alertname: "High5xx", namespace: "shop", service: "api" } })).toEqual({
    kind: "Service",
    namespace: "shop",
    name: "api",
  });
});
