import { expect, test } from "vitest";
import type { Incident } from "../../src/incident/incident.ts";
import { escalate } from "../../src/nodes/escalate.ts";
import { alert, causeFrom, incidentWith, logOf, plan, workload } from "../incident/night.ts";
import { listening, settings } from "./telling.ts";

const at = "2026-03-01T02:20:00.000Z";
const log = logOf("fatal: cannot allocate memory");
const applied = {
  key: "k",
  verb: "raise-memory-limit",
  target: workload,
  at,
  kind: "applied",
  reason: null,
  message: "",
} as const;

test("the page goes out first, then the card, with everything found so far", async () => {
  const { heard, notices, ports } = listening([log]);

  await escalate(ports, settings)(incidentWith({ evidence: [log.id], diagnosis: causeFrom([log]), plan }));

  expect(heard).toEqual(["page:inc-1", "card:inc-1"]);
  expect(notices[0]?.text).toContain("cannot allocate memory");
  expect(notices[0]?.text).toContain(plan.actions[0]?.command);
});

test("the page is the note on its incident of PagerDuty; others that ring for it get one each", async () => {
  const { heard, notices, ports } = listening([]);
  const other = { ...alert, fingerprint: "f2", pagerdutyIncident: { id: "PD2", url: "" } };

  await escalate(ports, settings)(incidentWith({ alerts: [alert, other], diagnosis: causeFrom([log]) }));

  expect(heard).toEqual(["page:inc-1", "card:inc-1", "note:inc-1:escalation:PD2"]);
  expect(notices[0]?.pagerdutyIncident).toBe("PD1");
});

test("an archive that is down shortens the page and does not stop it", async () => {
  const { notices, ports } = listening([]);

  await escalate(ports, settings)(incidentWith({ evidence: ["e1"], diagnosis: causeFrom([log]) }));

  expect(notices.map(({ channel }) => channel)).toEqual(["page", "card"]);
  expect(notices[0]?.text).toContain("https://nightshift.example/incidents/inc-1");
});

const reasons: [string, Partial<Incident>, string][] = [
  ["what was said already", { escalation: "the budget is spent", plan }, "the budget is spent"],
  [
    "a rejection and its reason",
    { plan, decision: { kind: "rejected", planHash: plan.hash, by: "bob", at, why: "not tonight" } },
    "bob rejected the proposed change: not tonight",
  ],
  [
    "an expired question",
    { plan, decision: { kind: "expired", planHash: plan.hash, at } },
    "nobody decided about the proposed change before it expired",
  ],
  [
    "no plan",
    { plan: { kind: "none", why: "no safe change", recommendation: "" } },
    "no change is proposed: no safe change",
  ],
  [
    "a verdict, before the decision that led to it",
    {
      plan,
      outcomes: [applied],
      decision: { kind: "approved", planHash: plan.hash, by: "bob", at },
      verdict: { kind: "worse", at, checks: [{ name: "pods ready", ok: false, required: true, detail: "" }] },
    },
    "the change made things worse; failed checks: pods ready",
  ],
  [
    "a rejection of what was asked again, and not the refusal before it",
    {
      plan,
      outcomes: [{ ...applied, kind: "refused", reason: "changed", message: "the object is another" }],
      decision: { kind: "rejected", planHash: plan.hash, by: "bob", at, why: "not tonight" },
    },
    "bob rejected the proposed change: not tonight",
  ],
  [
    "the expiry of what was asked again",
    {
      plan,
      outcomes: [{ ...applied, kind: "refused", reason: "changed", message: "the object is another" }],
      decision: { kind: "expired", planHash: plan.hash, at },
    },
    "nobody decided about the proposed change before it expired",
  ],
  [
    "an uncertain outcome of what was approved",
    {
      plan,
      decision: { kind: "approved", planHash: plan.hash, by: "bob", at },
      outcomes: [{ ...applied, kind: "uncertain", message: "connection lost" }],
    },
    "raise-memory-limit may or may not have been made: connection lost",
  ],
  [
    "an uncertain outcome",
    { plan, outcomes: [{ ...applied, kind: "uncertain", message: "connection lost" }] },
    "raise-memory-limit may or may not have been made: connection lost",
  ],
  [
    "an unknown cause",
    { diagnosis: { kind: "unknown", missing: ["the log"], candidates: [] } },
    "the cause is not known: the log",
  ],
];

test.each(reasons)("the reason is %s", async (_, change, reason) => {
  const { notices, ports } = listening([]);

  expect(await escalate(ports, settings)(incidentWith(change))).toEqual({ escalation: reason });
  expect(notices[0]?.text).toContain(reason);
});
