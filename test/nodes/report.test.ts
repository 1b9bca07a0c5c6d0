import { expect, test } from "vitest";
import { report } from "../../src/nodes/report.ts";
import { causeFrom, incidentWith, logOf, plan } from "../incident/night.ts";
import { listening, settings } from "./telling.ts";

const at = "2026-03-01T02:20:00.000Z";
const log = logOf("fatal: cannot allocate memory");

test("the report of an escalated incident is written and told in chat; the page was the note on PagerDuty", async () => {
  const { heard, ports } = listening([log]);
  const incident = incidentWith({
    evidence: [log.id],
    diagnosis: causeFrom([log]),
    plan,
    escalation: "bob rejected it",
  });

  const { writeUp } = await report(ports, settings)(incident);

  expect(heard).toEqual(["card:inc-1"]);
  expect(writeUp).toContain("NEEDS A PERSON");
  expect(writeUp).toContain("fatal: cannot allocate memory");
});

test("a control is dismissed in a few lines", async () => {
  const { ports } = listening([log]);
  const diagnosis = causeFrom([log], { class: "control-healthy", statement: "All pods are ready." });
  const none = { kind: "none", why: "nothing is wrong", recommendation: "None." } as const;

  const { writeUp } = await report(ports, settings)(incidentWith({ evidence: [log.id], diagnosis, plan: none }));

  expect(writeUp).toContain("dismissed, nothing to do");
  expect(writeUp).toContain("**Next:** nothing.");
  expect(writeUp?.split("\n").length).toBeLessThan(20);
});

test("a recovered incident says that it is resolved and what is left for the day", async () => {
  const { heard, notices, ports } = listening([log]);
  const verdict = {
    kind: "recovered",
    at,
    checks: [{ name: "pods ready", ok: true, required: true, detail: "" }],
  } as const;

  await report(
    ports,
    settings,
  )(
    incidentWith({
      evidence: [log.id],
      diagnosis: causeFrom([log]),
      verdict: { ...verdict, checks: [...verdict.checks] },
    }),
  );

  expect(heard).toEqual(["card:inc-1", "note:inc-1:report"]);
  expect(notices[0]?.title).toContain("RESOLVED");
  expect(notices[0]?.text).toContain("**Next:** nothing");
});
