import { expect, test } from "vitest";
import type { Cause } from "../../src/incident/diagnosis.ts";
import { postMortem } from "../../src/incident/post-mortem.ts";
import { stepsToJudge } from "../../src/replay/acted.ts";
import { exportOf } from "../../src/replay/export.ts";
import { stepOf, stepsThen } from "../../src/replay/recording.ts";
import { alert, causeFrom, incidentWith, logOf, plan, workload } from "./night.ts";

const seen = logOf("killed");
const sick = causeFrom([seen]);
const well: Cause = causeFrom([seen], { class: "control-healthy", statement: "All is well." });

const at = "2026-03-01T02:12:00.000Z";
const step = (actor: string, changed: object, line: string) => ({ at, kind: "step", actor, line, data: { changed } });
const begin = {
  ...{ at, kind: "begin", actor: "nightshift", line: "the walk begins anew" },
  data: { alerts: [alert], rounds: 1, cost: incidentWith().cost, before: [alert] },
};
const wrote = ["intent", "outcome"].map((kind) => ({ at, kind, actor: "act", line: `${kind}: raise the limit` }));
const walk = (diagnosis: Cause, writes: readonly object[]) => [
  step("diagnose", { diagnosis }, `it is ${diagnosis.class}`),
  ...(writes.length === 0 ? [] : [step("propose", { plan }, "raise the limit")]),
  ...(writes as (typeof wrote)[number][]),
  step("report", {}, "reported"),
];

const lives = {
  acted: [...walk(sick, wrote), begin, ...walk(well, [])],
  idle: [...walk(sick, []), begin, ...walk(well, [])],
  once: walk(sick, wrote),
};

const { id, subject, severity, openedAt } = incidentWith();

const told = (life: keyof typeof lives): string =>
  postMortem({
    ...{ id, subject, severity, openedAt, status: "resolved", closedAt: at, evidence: [], replays: [], page: "p" },
    state: incidentWith({ diagnosis: life === "once" ? sick : well }),
    journal: lives[life].map((entry, index) => ({ seq: index + 1, ...entry })),
  });

const expected = (life: keyof typeof lives): unknown => {
  const about = { id, subject, severity, openedAt, graphVersion: 1, alerts: [alert], tape: [], evidence: [] };
  return JSON.parse(exportOf({ ...about, journal: lives[life] }, [])["expected.json"] ?? "");
};

const object = `${workload.kind}/${workload.name}`;

test("of an incident that was opened again the post-mortem tells what was found and done before, too", () => {
  const cause = told("acted").split("## Cause\n")[1]?.split("\n## ")[0] ?? "";

  expect(cause).toContain("- walk 1, 02:12:00 to 02:12:00: **oom-limit-too-low** on Deployment/cache-warmer in cache");
  expect(cause).toContain("  - done: outcome: raise the limit [#4]\n  - it ended: reported [#5]");
  expect(cause.indexOf("**control-healthy**")).toBeGreaterThan(cause.indexOf("Walked last [#6]:"));
  expect(told("idle")).toContain("  - done: nothing was changed [#2]");
  expect(told("once")).not.toContain("walk 1");
});

test("what is expected of its export is what the walk found that changed something", () => {
  const fault = { object, class: "oom-limit-too-low", alsoRight: [], action: "raise-memory-limit" };
  expect(expected("acted")).toEqual({ faults: [fault], healthy: [] });
  expect(expected("once")).toEqual({ faults: [fault], healthy: [] });
  // Where none did, the newest knows best.
  expect(expected("idle")).toEqual({ faults: [], healthy: [object] });
});

test("a walk of today that parts from the one then is judged as far as it went", () => {
  const about = { id, subject, severity, openedAt, graphVersion: 1, alerts: [alert], tape: [], evidence: [] };
  const recording = { ...about, journal: [...walk(well, []), begin, ...walk(sick, wrote)] };
  const steps = stepsThen(recording);
  expect(stepsToJudge(recording, steps)).toEqual(steps.slice(2));

  const other = stepOf("diagnose", { diagnosis: sick }, "another line");
  const parted = [other, ...steps.slice(1, 2), other];
  expect(stepsToJudge(recording, parted)).toEqual(parted);
});
