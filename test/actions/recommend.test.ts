import { expect, test } from "vitest";
import { recommend } from "../../src/actions/recommend.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
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
