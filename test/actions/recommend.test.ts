import { expect, test } from "vitest";
import { recommend } from "../../src/actions/recommend.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
import type { Answer, Evidence } from "../../src/incident/evidence.ts";
import { type FaultClass, faultClasses } from "../../src/incident/fault-classes.ts";

const classes = Object.keys(faultClasses) as FaultClass[];

const causeOn = (kind: string, name: FaultClass): Cause => ({
  kind: "cause",
  class: name,
  statement: "It is sick.",
  object: { kind, namespace: /^(Namespace|Node)$/.test(kind) ? null : "shop", name: "web" },
  evidence: [],
  confidence: 0.9,
  by: "rules",
  scope: "isolated",
  disproof: "",
  related: [],
  alsoSeen: [],
  changes: [],
});

const all = (kind: string): string => classes.map((name) => recommend(causeOn(kind, name))).join("\n");

/** What kubectl refuses, whatever stands behind it. */
test.each([
  ["CronJob", /logs cronjob|rollout \S+ cronjob/],
  ["Job", /set (image|env|resources) job|edit job|rollout \S+ job/],
  ["Pod", /set (env|resources) pod|rollout \S+ pod/],
  ["Namespace", /logs namespace|rollout \S+ namespace|set \S+ namespace\/web [A-Z]/],
  ["Service", /logs service|rollout \S+ service|set image service/],
])("nothing is advised for a %s that kubectl refuses", (kind, refused) => {
  expect(all(kind)).not.toMatch(refused);
  expect(all(kind)).toContain("kubectl describe");
});

test("what kubectl takes for a Deployment is advised", () => {
  for (const part of ["logs deployment/web", "rollout undo deployment/web", "set image deployment/web"])
    expect(all("Deployment")).toContain(part);
});

test("the catalogue's references are no advice", () => {
  expect(classes.map((name) => faultClasses[name].remedy).filter((one) => /\*\*|\b[A-J]\d+\b|^see /.test(one))).toEqual(
    [],
  );
});

test("no undo is advised where there is one revision only", () => {
  const cause = causeOn("Deployment", "app-crash");

  expect(recommend(cause)).toContain("rollout undo");
  expect(recommend(cause, "revision 1 is the only one, there is nothing to undo to")).not.toContain("rollout undo");
});

const asked = (
  id: string,
  question: Evidence["question"],
  body: Extract<Answer, { kind: "found" }>["body"],
): Evidence => ({
  id,
  question,
  command: `ask ${id}`,
  askedAt: "2026-03-01T02:12:00.000Z",
  ms: 1,
  bytes: 1,
  answer: { kind: "found", body },
});

/** The log of the pod `web` as a store kept it, and the pods that are there. */
const keptBeside = (...pods: string[]): Evidence[] => {
  const whose = { namespace: "shop", pod: "web", container: "app", previous: false };
  const listed = pods.map((name) => ({ kind: "Pod", metadata: { name, namespace: "shop" } }));
  return [
    asked(
      "list",
      { ask: "list", kind: "Pod", namespace: "shop", selector: null },
      { kind: "objects", objects: listed as never, truncated: false },
    ),
    asked(
      "kept",
      { ask: "kept-logs", ...whose, from: null, to: null },
      { kind: "log", ...whose, text: "x", truncated: false, from: "loki" },
    ),
  ];
};

test("of a pod that is gone the store is asked, and the kubelet only of one that is there", () => {
  const cause = { ...causeOn("Pod", "app-crash"), evidence: ["kept"] };
  const [gone, there] = [recommend(cause, "", keptBeside("api")), recommend(cause, "", keptBeside("web"))];

  expect(gone).toContain("ask kept");
  expect(gone).not.toMatch(/kubectl (logs|describe) pod/);
  expect(there).toMatch(/kubectl logs pod\/web/);
});

test.each([
  ["env-var-missing-or-wrong", "Set the value."],
  ["image-not-found", "Correct the tag."],
  ["node-selector-unmatched", "Fix the selector."],
] as const)("%s: nobody is told to undo where there is nothing to undo to", (name, said) => {
  const cause = causeOn("Deployment", name);

  expect(recommend(cause, "revision 1 is the only one, there is nothing to undo to").split("\n")[0]).toBe(said);
  expect(recommend(cause).split("\n")[0]).toMatch(/^Undo/);
});
