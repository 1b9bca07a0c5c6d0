import { describe, expect, test } from "vitest";
import { faultClassNames, isControl } from "../../src/incident/fault-classes.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { Question } from "../../src/incident/question.ts";
import { readCall, toolSpecs } from "../../src/tools/catalogue.ts";
import type { Scope } from "../../src/tools/tool.ts";

const meta = (name: string) => ({ apiVersion: "v1", metadata: { name, namespace: "shop" } });
const objects: KubeObject[] = [
  { ...meta("api-1"), kind: "Pod", spec: { containers: [{ name: "api" }] } },
  { ...meta("two-1"), kind: "Pod", spec: { containers: [{ name: "api" }, { name: "proxy" }] } },
  { ...meta("api"), kind: "Deployment", spec: { selector: { matchLabels: { app: "api", tier: "web" } } } },
];
const scope: Scope = {
  home: "shop",
  namespaces: new Set(["shop"]),
  find: (kind, _namespace, name) => objects.find((one) => one.kind === kind && one.metadata.name === name) ?? null,
};
const call = (name: string, args: unknown) => readCall({ name, args }, scope);
const place = { namespace: null };

describe("a call becomes questions:", () => {
  test.each<[string, object, object[]]>([
    [
      "get",
      { kind: "Deployment", ...place, name: "api" },
      [{ ask: "get", kind: "Deployment", namespace: "shop", name: "api" }],
    ],
    [
      "get",
      { kind: "Node", namespace: "shop", name: "n1" },
      [{ ask: "get", kind: "Node", namespace: null, name: "n1" }],
    ],
    [
      "list",
      { kind: "Pod", ...place, selector: "app=api" },
      [{ ask: "list", kind: "Pod", namespace: "shop", selector: "app=api" }],
    ],
    ["list", { kind: "ConfigMap", ...place, selector: null }, [{ ask: "names", kind: "ConfigMap", namespace: "shop" }]],
    [
      "describe",
      { kind: "Pod", ...place, name: "api-1" },
      [
        { ask: "get", kind: "Pod", namespace: "shop", name: "api-1" },
        { ask: "events", kind: "Pod", namespace: "shop", name: "api-1" },
      ],
    ],
    [
      "events",
      { kind: "Node", ...place, name: "n1" },
      [{ ask: "events", kind: "Node", namespace: "default", name: "n1" }],
    ],
    [
      "logs",
      { pod: "api-1", ...place, container: null, previous: true, lines: 99_999 },
      [{ ask: "logs", namespace: "shop", pod: "api-1", container: "api", previous: true, lines: 2_000 }],
    ],
    [
      "rollout_history",
      { kind: "Deployment", ...place, name: "api" },
      [{ ask: "list", kind: "ReplicaSet", namespace: "shop", selector: "app=api,tier=web" }],
    ],
    [
      "metrics_query",
      { query: 'rate(http_errors{namespace="shop"}[5m])', minutes: 60 },
      [{ ask: "metric", query: 'rate(http_errors{namespace="shop"}[5m])', minutes: 60 }],
    ],
    ["runbook_search", { words: " crash loop " }, [{ ask: "runbooks", words: "crash loop" }]],
  ])("%s %j", (name, args, questions) => {
    const asked = call(name, args);

    expect(asked).toEqual({ kind: "ask", questions });
    expect(Question.array().safeParse(asked.kind === "ask" ? asked.questions : null).success).toBe(true);
  });
});

describe("a call is refused with the reason:", () => {
  test.each<[string, unknown, RegExp]>([
    ["delete", { kind: "Pod", ...place, name: "api-1" }, /no such tool/],
    ["get", { kind: "Secret", ...place, name: "db" }, /kind Secret cannot be read/],
    ["get", { kind: "ConfigMap", ...place, name: "settings" }, /content of a ConfigMap is not read/],
    ["describe", { kind: "ConfigMap", ...place, name: "settings" }, /content of a ConfigMap is not read/],
    ["list", { kind: "ConfigMap", namespace: "kube-system", selector: null }, /not part of this incident/],
    ["logs", { pod: "x", namespace: "prod", container: "c", previous: false, lines: 1 }, /not part of this incident/],
    ["get", { kind: "Pod", ...place, name: "../../secrets/db" }, /no name of an object/],
    ["list", { kind: "Pod", ...place, selector: "a=b&fieldSelector=x" }, /no label selector/],
    ["logs", { pod: "two-1", ...place, container: null, previous: false, lines: 1 }, /which container .*api, proxy/],
    ["logs", { pod: "two-1", ...place, container: "db", previous: false, lines: 1 }, /has the containers api, proxy/],
    ["rollout_history", { kind: "Pod", ...place, name: "api-1" }, /no rollout history/],
    ["metrics_query", { query: 'up{namespace="prod"}', minutes: 0 }, /only namespace="shop"/],
    ["metrics_query", { query: '{"up","namespace"="prod"}', minutes: 0 }, /only namespace="shop"/],
    ["metrics_query", { query: 'up{namespace=~".*"}', minutes: 0 }, /only namespace="shop"/],
    ["metrics_query", { query: "x".repeat(501), minutes: 0 }, /1 to 500 characters/],
    ["get", { kind: "Pod", ...place, name: "a", force: true }, /force/],
    ["get", "nonsense", /arguments/],
    ["get", { kind: "Pod" }, /name/],
  ])("%s %j", (name, args, why) => {
    expect(call(name, args)).toEqual({ kind: "refused", why: expect.stringMatching(why) });
  });
});

const objectSchemas = (value: unknown): Record<string, unknown>[] => {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(objectSchemas);
  return "properties" in value ? [value as Record<string, unknown>, ...below] : below;
};

test("every schema can be sent in strict mode: all properties required, no others allowed", () => {
  for (const { schema } of toolSpecs)
    for (const part of objectSchemas(schema)) {
      expect(part.additionalProperties).toBe(false);
      expect(part.required).toEqual(Object.keys(part.properties as object));
    }
});

test("no schema has a field for a change, and nothing can be declared healthy", () => {
  const text = JSON.stringify(toolSpecs);

  expect(objectSchemas(toolSpecs).flatMap((part) => Object.keys(part.properties as object))).not.toContain("verb");
  for (const name of faultClassNames) expect(text.includes(`"${name}"`)).toBe(!isControl(name));
});
