import { describe, expect, test } from "vitest";
import type { Cause } from "../../src/incident/diagnosis.ts";
import { mostLines, type WriteUpInput, writeUp } from "../../src/incident/write-up.ts";
import { answered, card, pageText } from "../../src/incident/write-up-card.ts";
import { alert, causeFrom, evidenceOf, incidentWith, logOf, plan, recorded, workload } from "./night.ts";

const page = "https://nightshift.example/incidents/inc-1";
const log = logOf("2026-03-01T02:11:00.1Z starting\n2026-03-01T02:11:01.1Z fatal: cannot allocate memory\n");
const pods = (world: string) =>
  evidenceOf(
    { ask: "list", kind: "Pod", namespace: "x", selector: null },
    {
      kind: "found",
      body: { kind: "objects", objects: recorded(world).filter(({ kind }) => kind === "Pod"), truncated: false },
    },
  );
const refused = evidenceOf(
  { ask: "metric", query: "up", minutes: 0 },
  { kind: "could-not-ask", reason: "not-configured", message: "no Prometheus" },
);

const waiting = (change: Partial<WriteUpInput> = {}): WriteUpInput => ({
  incident: incidentWith({ evidence: [log.id], diagnosis: causeFrom([log]), plan }),
  status: "awaiting-approval",
  evidence: [log],
  links: { page },
  notes: [],
  ...change,
});

const withStatement = (statement: string): WriteUpInput =>
  waiting({ incident: incidentWith({ diagnosis: causeFrom([log], { statement }), plan }) });

/** Commands are typed as they stand and may be longer than a screen is wide. */
const isCommand = (line: string): boolean => /^(- (command|undo)|curl|kubectl|promtool)/.test(line);

describe("the write-up", () => {
  test("goes from what is broken over why to what to do", () => {
    const text = writeUp(waiting({ evidence: [log, refused], notes: ["no model is configured"] }));

    const order = [
      "# CRITICAL",
      "**Since**",
      "**Cause:**",
      "fatal: cannot",
      "**Proposed:**",
      "+            memory: 128Mi",
      "- undo:",
      "**Next:**",
      "curl",
      "**Not known:**",
      "**Page:**",
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test.each(["bad-rollout", "missing-setting", "out-of-memory"])("fits one screen for the recorded %s", (world) => {
    const evidence = [pods(world), log, refused];
    const diagnosis = causeFrom(evidence.slice(0, 2), { statement: "word ".repeat(200) });
    const long = Array.from({ length: 300 }, (_, index) => `+ line ${index}`).join("\n");
    const [action] = plan.actions;
    const big = { ...plan, actions: action === undefined ? [] : [{ ...action, diff: long }] };
    const text = writeUp(
      waiting({ incident: incidentWith({ diagnosis, plan: big, escalation: "why ".repeat(100) }), evidence }),
    );

    const lines = text.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(mostLines);
    expect(lines.filter((line) => line.length > 100 && !isCommand(line))).toEqual([]);
    expect(text).toContain("more lines on the page");
  });

  test("cites only evidence that is stored", () => {
    const evidence = [pods("out-of-memory"), log];
    const diagnosis = causeFrom([...evidence, { ...log, id: "e0000000000" }]);
    const text = writeUp(waiting({ incident: incidentWith({ diagnosis, plan }), evidence }));

    const ids = text.match(/\be[0-9a-f]{10}\b/g) ?? [];
    expect(new Set(ids)).toEqual(new Set(evidence.map(({ id }) => id)));
  });

  test("does not render a claim without evidence, and renders the same claim with it", () => {
    const grounded = withStatement("The disk of the database is full.");

    expect(writeUp(grounded)).toContain("The disk of the database is full.");
    expect(writeUp({ ...grounded, evidence: [] })).not.toContain("disk of the database");
    expect(writeUp({ ...grounded, evidence: [] })).not.toContain("oom-limit-too-low");
    expect(writeUp({ ...grounded, evidence: [] })).toContain("no stored evidence supports it");
  });

  test("leaves out further findings, changes and candidates that rest on nothing", () => {
    const loose: Cause["alsoSeen"][number] = {
      class: "volume-full",
      object: workload,
      statement: "Loose talk.",
      evidence: ["e1"],
      confidence: 0.5,
    };
    const changes = [{ at: "2026-03-01T02:00:00Z", what: "loose change", evidence: "e1" }];
    const cause = writeUp(
      waiting({ incident: incidentWith({ diagnosis: causeFrom([log], { alsoSeen: [loose], changes }) }) }),
    );
    const unknown = writeUp(
      waiting({
        incident: incidentWith({
          diagnosis: { kind: "unknown", missing: ["the log of the former pod"], candidates: [loose] },
        }),
      }),
    );

    expect(cause + unknown).not.toMatch(/loose/i);
    expect(unknown).toContain("the log of the former pod");
  });

  test("does not let an ungrounded candidate in through the recommendation", () => {
    const recommendation = "Find out what is missing:\n- it may be volume-full: Loose talk.";
    const diagnosis = { kind: "unknown", missing: ["the log"], candidates: [] } as const;
    const text = writeUp(
      waiting({
        status: "escalated",
        incident: incidentWith({
          diagnosis: { ...diagnosis, missing: [...diagnosis.missing], candidates: [] },
          plan: { kind: "none", why: "the cause is not known", recommendation },
        }),
      }),
    );

    expect(text).not.toContain("Loose talk");
    expect(text).toContain("take over from here");
  });

  const outcome = {
    key: "k",
    verb: "raise-memory-limit",
    target: workload,
    at: alert.startsAt,
    reason: null,
    message: "",
  } as const;

  test("tells the person who takes over a change whether it stands", () => {
    const endedWith = (outcomes: ("applied" | "uncertain")[]): string =>
      writeUp(
        waiting({
          status: "escalated",
          incident: incidentWith({
            diagnosis: causeFrom([log]),
            plan,
            outcomes: outcomes.map((kind) => ({ ...outcome, kind })),
          }),
        }),
      );

    expect(endedWith([])).toContain("**Now:** nothing was changed; if you agree");
    expect(endedWith(["applied"])).toContain("take it back with its undo");
    expect(endedWith(["uncertain"])).toContain("not known whether raise-memory-limit was made; look at the object");
  });

  test("a plan that waits anew is not told as tried, but what was refused before it is", () => {
    const refused = { ...outcome, kind: "refused" as const, reason: "changed" as const };
    const text = writeUp(
      waiting({
        incident: incidentWith({ diagnosis: causeFrom([log]), plan, outcomes: [refused], askedAgain: "anew" }),
      }),
    ).replace(/\s+/g, " ");

    expect(text).toContain("was approved before and not made, for its object was changed meanwhile");
    expect(text).toContain("the plan was made anew; approve or reject raise-memory-limit");
    expect(text).not.toContain("tried and not made");
  });

  test("says at once what was done and what is the reader's to do", () => {
    const nowOf = (input: WriteUpInput): string | undefined =>
      writeUp(input)
        .split("\n")
        .find((line) => line.startsWith("**Now:**"));
    const dismissed = causeFrom([log], { class: "control-healthy", statement: "All pods are ready." });

    expect(writeUp(waiting()).split("\n")[2]).toBe(
      "**Now:** nothing was changed; approve or reject raise-memory-limit (risk medium) before 03:12 UTC.",
    );
    expect(nowOf(waiting({ status: "investigating" }))).toBe("**Now:** nothing was changed; nothing to do yet.");
    expect(nowOf(waiting({ status: "dismissed", incident: incidentWith({ diagnosis: dismissed }) }))).toBe(
      "**Now:** nothing was changed; nothing to do.",
    );
  });

  test("names a time with its zone", () => {
    const at = "2026-03-01T02:20:00.000Z";
    const text = writeUp(
      waiting({
        status: "escalated",
        incident: incidentWith({
          diagnosis: causeFrom([log], { changes: [{ at, what: "revision 2", evidence: log.id }] }),
          plan,
          decision: { kind: "rejected", planHash: plan.hash, by: "alice", at, why: null },
          verdict: { kind: "recovered", at, checks: [] },
        }),
      }),
    );

    expect(text.match(/02:20(?! UTC)/g)).toBeNull();
    expect(text.match(/02:20 UTC/g)).toHaveLength(4);
  });

  test("says what was done, by whom and what proved it", () => {
    const at = "2026-03-01T02:20:00.000Z";
    const text = writeUp(
      waiting({
        status: "resolved",
        incident: incidentWith({
          diagnosis: causeFrom([log]),
          plan,
          decision: { kind: "approved", planHash: plan.hash, by: "alice", at },
          outcomes: [
            { key: "k", verb: "raise-memory-limit", target: workload, at, kind: "applied", reason: null, message: "" },
          ],
          verdict: {
            kind: "recovered",
            at,
            checks: [{ name: "pods ready", ok: true, required: true, detail: "3 of 3" }],
          },
        }),
      }),
    );

    expect(text).toContain("**Done:** raise-memory-limit");
    expect(text).toContain("approved by alice at");
    expect(text).toContain("recovered, proven, 1 of 1 checks passed");
    expect(text).toContain("zero tokens: rules only");
  });

  test("tells tokens and money when a model was asked", () => {
    const cost = { calls: 3, inputTokens: 900, cachedTokens: 0, outputTokens: 100, usd: 0.0123, seconds: 4 };

    expect(writeUp(waiting({ incident: incidentWith({ cost }) }))).toContain("3 model calls, 1000 tokens, $0.0123");
  });

  test("tells which of two models was asked, why, and what each took", () => {
    const cheap = {
      tier: "triage" as const,
      model: "openai:gpt-5-nano",
      why: "a cheap model is asked first",
      calls: 2,
      inputTokens: 700,
      cachedTokens: 300,
      outputTokens: 50,
      usd: 0.0701,
    };
    const strong = { ...cheap, tier: "strong" as const, model: "openai:mine", calls: 1, cachedTokens: 0, usd: null };
    const tiers = [cheap, { ...strong, why: "it found no cause\n# <!channel>" }];
    const cost = { calls: 3, inputTokens: 1400, cachedTokens: 300, outputTokens: 100, usd: null, seconds: 4, tiers };
    const text = writeUp(waiting({ incident: incidentWith({ cost }) })).replace(/\n {2}/g, " ");

    expect(text.replace(/\s+/g, " ")).toContain("3 model calls, 1500 tokens, at least $0.0701, the strong model too");
    expect(text).toContain(
      "- triage openai:gpt-5-nano: 2 calls, 700 in, 300 of them cached, 50 out, $0.0701; why: a cheap model is asked first",
    );
    expect(text).toContain(
      "- strong openai:mine: 1 call, 700 in, 0 of them cached, 50 out, price not known; why: it found no cause · ‹!channel›",
    );
  });

  test("gives the person who takes over the recommended commands whole", () => {
    const recommendation = "Fix the secret.\n```\nkubectl get secret -n cache --no-headers\n```";
    const text = writeUp(
      waiting({
        status: "escalated",
        incident: incidentWith({
          diagnosis: causeFrom([log]),
          plan: { kind: "none", why: "not ours", recommendation },
        }),
      }),
    );

    expect(text).toContain("- Fix the secret.\n```sh\nkubectl get secret -n cache --no-headers\n```");
  });

  test("gives the patch to commit whole, with what changes and not only with what stands around it", () => {
    const around = Array.from({ length: 20 }, (_, at) => `     line${at}: x`);
    const lines = [
      "--- web (now)",
      "+++ web (after)",
      "@@ -29,7 +29,7 @@",
      ...around,
      "-    image: web:2",
      "+    image: web:1",
    ];
    const recommendation = `Commit this.\n\`\`\`diff\n${lines.join("\n")}\n\`\`\`\nTo take it back: revert the commit`;
    const text = writeUp(
      waiting({
        status: "escalated",
        incident: incidentWith({
          diagnosis: causeFrom([log]),
          plan: { kind: "none", why: "not ours", recommendation },
        }),
      }),
    );

    expect(text).toContain("```diff\n-    image: web:2\n+    image: web:1\n```");
    expect(text).toContain("- To take it back: revert the commit");
  });
});

describe("text from outside", () => {
  const fences = (text: string): number => text.split("\n").filter((line) => line.startsWith("```")).length;

  test("cannot mention people, open a fence, link, or move the cursor", () => {
    const hostile =
      "<!channel> <@U123> @here ``` `rm` [click](https://evil.example) ![x](http://evil.example/x.png) \u001b[2J\u202e <img src=x>\n# Forged\n~~~\n```";
    const bad = logOf(`${hostile}\nfatal error ${hostile}`);
    const input = waiting({
      incident: incidentWith({
        alerts: [{ ...alert, name: hostile }],
        diagnosis: causeFrom([bad], { statement: hostile }),
        plan: { kind: "none", why: hostile, recommendation: hostile },
        runbooks: [{ runbook: hostile, title: hostile, heading: "", score: 1, why: hostile, confident: true }],
        escalation: `it failed: ${hostile}`,
      }),
      status: "escalated",
      evidence: [bad],
      notes: [hostile],
    });
    const texts = [writeUp(input), card(input).text, pageText(input).text, card(input).title];

    for (const text of texts) {
      expect(text).not.toMatch(/<[!@a-z]|(^|\s)@here|\]\(|https?:\/\/evil|^# Forged|^~~~/m);
      expect([...text].filter((char) => /[\p{Cc}\p{Cf}]/u.test(char) && char !== "\n")).toEqual([]);
      expect(fences(text) % 2).toBe(0);
    }
    // The control: the text is there, only tame.
    expect(texts[0]).toContain("‹!channel›");
  });

  test("cannot start a line with a mark, wherever the wrapping breaks it", () => {
    const marks = Array.from({ length: 30 }, (_, index) => `${"w".repeat(index)} # Forged === ~~~sh`).join(" ");

    expect(writeUp(withStatement(marks)).replace(/^# CRITICAL.*$/m, "")).not.toMatch(/^\s*(#|===|~~~)/m);
  });

  test("of ten megabytes in one line is cut before anything runs over it", () => {
    const huge = logOf(`error ${"x".repeat(10_000_000)}`);
    const input = waiting({
      incident: incidentWith({ diagnosis: causeFrom([huge], { statement: "y ".repeat(5_000_000) }), plan }),
      evidence: [huge],
    });

    expect(writeUp(input).length).toBeLessThan(6_000);
    expect(card(input).text.length).toBeLessThanOrEqual(2_500);
  }, 20_000);
});

describe("the card and the page", () => {
  test("stay within what chat and pagers take, and keep the link", () => {
    const long = incidentWith({
      subject: { ...workload, name: "n".repeat(400), cluster: "c".repeat(400), guessed: true },
      diagnosis: causeFrom([log], { statement: "statement ".repeat(500) }),
      plan,
      escalation: "reason ".repeat(500),
    });
    const input = waiting({ incident: long, status: "escalated" });

    expect(card(input).text.length).toBeLessThanOrEqual(2_500);
    expect(pageText(input).text.length).toBeLessThanOrEqual(2_500);
    expect(card(input).title.length).toBeLessThanOrEqual(200);
    expect(pageText(input).title.length).toBeLessThanOrEqual(200);
    expect(card(input).text).toContain(page);
    expect(pageText(input).text).toContain(page);
  });

  test("say how to decide, with the plan's hash", () => {
    const { text } = card(waiting());

    expect(text).toContain(`curl -sS "https://nightshift.example/api/incidents/inc-1/decision"`);
    expect(text).toContain(`"planHash":"${plan.hash}"`);
    expect(text).toContain("before 2026-03-01 03:12 UTC");
  });
});

test("a card whose question was answered asks nothing any more and says by whom, and one that asked nothing stays", () => {
  const asking = card(waiting());
  const told = answered(asking, "approved by ana over slack: looks right", "02:31");

  expect(asking.title).toMatch(/WAITS FOR YOUR DECISION$/);
  expect(asking.text).toContain("approve or reject");
  expect(told.title).toMatch(/, APPROVED BY ANA OVER SLACK$/);
  expect(told.text).toMatch(/^\*\*approved by ana over slack: looks right\*\* \(02:31 UTC\)\n/);
  expect(told.text).not.toContain("approve or reject");
  expect(told.text).not.toContain("curl");
  expect(told.text).toContain("Full report: ");
  expect(answered({ title: "shop, RESOLVED", text: "well" }, "void", "02:31").title).toBe("shop, RESOLVED");
});
