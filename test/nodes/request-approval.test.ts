import { expect, test } from "vitest";
import { requestApproval } from "../../src/nodes/request-approval.ts";
import { alert, causeFrom, incidentWith, logOf, plan } from "../incident/night.ts";
import { listening, settings } from "./telling.ts";

const log = logOf("fatal: cannot allocate memory");
const asking = incidentWith({ evidence: [log.id], diagnosis: causeFrom([log]), plan, rounds: 2 });

test("the question is open before anybody is told of it", async () => {
  const { heard, notices, ports } = listening([log]);

  expect(await requestApproval(ports, settings)(asking)).toEqual({});

  expect(heard).toEqual([`approval:${plan.hash}:2`, "card:inc-1", `note:inc-1:${plan.hash.slice(0, 12)}`]);
  expect(notices[0]?.text).toContain(plan.hash);
  expect(notices[1]).toMatchObject({ channel: "note", pagerdutyIncident: "PD1" });
});

test("an incident that did not come from PagerDuty gets no note there", async () => {
  const { heard, ports } = listening([log]);

  await requestApproval(ports, settings)({ ...asking, alerts: [{ ...alert, pagerdutyIncident: null }] });

  expect(heard).toEqual([`approval:${plan.hash}:2`, "card:inc-1"]);
});

test("a new plan is asked for even though an earlier one was decided", async () => {
  const { notices, ports } = listening([log]);
  const decision = { kind: "void", planHash: "old", at: "2026-03-01T02:14:00.000Z", why: "it changed" } as const;

  await requestApproval(ports, settings)({ ...asking, decision });

  expect(notices[0]?.text).toContain("approve or reject before");
});

test("without a plan there is nothing to ask", async () => {
  const { heard, ports } = listening([]);

  await expect(requestApproval(ports, settings)(incidentWith())).rejects.toThrow("it has no plan");
  expect(heard).toEqual([]);
});

test("who is asked again hears it, and why, although the plan is the same", async () => {
  const { heard, notices, ports } = listening([log]);
  const askedAgain = "every alert of the incident has resolved";

  await requestApproval(ports, settings)({ ...asking, askedAgain });

  expect(heard.at(-1)).toBe(`note:inc-1:${plan.hash.slice(0, 12)}:2`);
  for (const { text } of notices)
    expect(text.replaceAll("**", "").replace(/\s+/g, " ")).toContain(
      `Asked again: the question before counts no more: ${askedAgain}.`,
    );
  await requestApproval(ports, settings)(asking);
  expect(notices.at(-1)?.text).not.toContain("Asked again");
});
