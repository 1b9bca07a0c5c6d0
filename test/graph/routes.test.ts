import { expect, test } from "vitest";
import {
  afterAct,
  afterApproval,
  afterDiagnose,
  afterPropose,
  afterVerify,
  maxRounds,
} from "../../src/graph/routes.ts";
import type { Decision } from "../../src/incident/decision.ts";
import type { Outcome } from "../../src/incident/outcome.ts";
import type { Verdict } from "../../src/incident/verdict.ts";
import { plan } from "../support/incidents.ts";
import { cause, incidentOf } from "../support/workloads.ts";

const at = "2026-11-23T02:00:00.000Z";
const questions = [{ ask: "sweep" as const }];
const none = { kind: "none" as const, why: "no safe change", recommendation: "look" };
const ends = (kind: Decision["kind"]): Decision =>
  kind === "approved" || kind === "rejected"
    ? { kind, planHash: "h", by: "ana", at, why: null }
    : { kind, planHash: "h", at, why: "" };
const outcome = (kind: Outcome["kind"], reason: Outcome["reason"] = null): Outcome => ({
  key: "k",
  verb: "undo-rollout",
  target: { kind: "Deployment", namespace: "shop", name: "api" },
  at,
  kind,
  reason,
  message: "",
});
const verdict = (kind: Verdict["kind"]): Verdict => ({ kind, at, checks: [] });

test.each([
  ["more is asked", { questions, rounds: maxRounds - 1 }, "gather"],
  ["more is asked, but the rounds are used up", { questions, rounds: maxRounds }, "escalate"],
  ["nothing is asked, but no cause is named either", { questions: [] }, "gather"],
  ["the cause is named", { questions, diagnosis: cause("oom-killed" as never) }, "runbook-retrieve"],
  [
    "the cause stays unknown",
    { diagnosis: { kind: "unknown" as const, missing: [], candidates: [] } },
    "runbook-retrieve",
  ],
])("after diagnose, %s", (_name, state, next) => {
  expect(afterDiagnose(incidentOf(state))).toBe(next);
});

test.each([
  ["a person decides", { plan: plan(at) }, "request-approval"],
  ["policy allows it", { plan: plan(at, { authority: "policy" }) }, "act"],
  ["no change, a person is needed", { plan: none, escalation: "No change is proposed." }, "escalate"],
  ["no change and nobody is needed", { plan: none, escalation: null }, "report"],
  ["no plan at all", { plan: null }, "escalate"],
])("after propose, %s", (_name, state, next) => {
  expect(afterPropose(incidentOf(state))).toBe(next);
});

test.each([
  ["approved", { decision: ends("approved") }, "act"],
  ["rejected", { decision: ends("rejected") }, "escalate"],
  ["expired", { decision: ends("expired") }, "escalate"],
  ["void", { decision: ends("void") }, "gather"],
  ["void, with the rounds used up", { decision: ends("void"), rounds: maxRounds }, "escalate"],
  ["no decision", { decision: null }, "escalate"],
])("after approval, %s", (_name, state, next) => {
  expect(afterApproval(incidentOf(state))).toBe(next);
});

test.each([
  ["applied", { outcomes: [outcome("applied")] }, "verify"],
  ["applied, but an action before it went wrong", { outcomes: [outcome("applied")], escalation: "x" }, "escalate"],
  ["the object had moved", { outcomes: [outcome("refused", "changed")] }, "gather"],
  ["moved, with the rounds used up", { outcomes: [outcome("refused", "changed")], rounds: maxRounds }, "escalate"],
  ["not approved", { outcomes: [outcome("refused", "not-approved")] }, "escalate"],
  ["the server said no", { outcomes: [outcome("refused", "server-said-no")] }, "escalate"],
  ["failed", { outcomes: [outcome("failed")] }, "escalate"],
  ["nobody knows", { outcomes: [outcome("uncertain")] }, "escalate"],
  ["the last one counts", { outcomes: [outcome("refused", "changed"), outcome("applied")] }, "verify"],
  ["nothing was tried", { outcomes: [] }, "escalate"],
])("after act, %s", (_name, state, next) => {
  expect(afterAct(incidentOf(state))).toBe(next);
});

test.each([
  ["not decided yet", { verdict: null }, "verify"],
  ["recovered", { verdict: verdict("recovered") }, "report"],
  ["unchanged, our change not yet taken back", { verdict: verdict("unchanged") }, "verify"],
  ["worse, our change not yet taken back", { verdict: verdict("worse") }, "verify"],
  [
    "unchanged, and said why a person is needed",
    { verdict: verdict("unchanged"), escalation: "it did not help" },
    "escalate",
  ],
  ["worse, and said why a person is needed", { verdict: verdict("worse"), escalation: "it made it worse" }, "escalate"],
])("after verify, %s", (_name, state, next) => {
  expect(afterVerify(incidentOf(state))).toBe(next);
});
