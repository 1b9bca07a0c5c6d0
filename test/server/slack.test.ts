import { expect, test, vi } from "vitest";
import { statsOf } from "../../src/incident/stats.ts";
import type { Whisper, WhyAsked } from "../../src/ports/chat.ts";
import type { Decided, Person, Responder } from "../../src/responder/responder.ts";
import { listen } from "../../src/server/listen.ts";
import { makeServer } from "../../src/server/server.ts";
import { click, formOf, signedSlack, signingSecret, submission } from "./slack-sender.ts";

const now = new Date("2026-11-23T02:00:00Z");
const question = { incidentId: "inc_1", planHash: "h1" };
const respond = "https://hooks.slack.com/actions/T1/1/x";

interface Options {
  secrets?: string[];
  decided?: Decided;
  decide?: Responder["decide"];
  askWhy?: () => Promise<void>;
}

const open = async ({ secrets = [signingSecret], decided = { kind: "accepted" }, ...rest }: Options = {}) => {
  const decisions: { id: string; input: unknown; person: Person }[] = [];
  const whispers: Whisper[] = [];
  const asked: WhyAsked[] = [];
  const responder: Responder = {
    receive: async () => [],
    touched: async () => [],
    decide: async (id, input, person) => {
      decisions.push({ id, input, person });
      return decided;
    },
    list: async () => ({ items: [], cursor: null }),
    show: async () => null,
    timeline: async () => null,
    evidence: async () => null,
    evidenceList: async () => null,
    report: async () => null,
    replay: async () => null,
    showReplay: async () => null,
    postMortem: async () => null,
    feedback: async () => false,
    stats: async () => statsOf([], new Date(0)),
    follow: async () => undefined,
    ...(rest.decide ? { decide: rest.decide } : {}),
  };
  const app = makeServer({
    responder,
    config: {
      NIGHTSHIFT_TOKENS: [],
      PAGERDUTY_WEBHOOK_SECRETS: [],
      ALERTMANAGER_TOKEN: [],
      GRAFANA_WEBHOOK_TOKEN: [],
      SLACK_SIGNING_SECRET: secrets,
      SLACK_APPROVERS: [
        { user: "UANA", name: "ana", role: "approver" },
        { user: "UVIC", name: "vic", role: "viewer" },
      ],
      SLACK_TEAM_ID: "T1",
      SLACK_APP_ID: "A1",
    },
    clock: { now: () => now },
    log: () => undefined,
    chat: {
      whisper: async (to) => void whispers.push(to),
      askWhy: async (ask) => {
        await rest.askWhy?.();
        asked.push(ask);
      },
    },
  });
  const server = await listen(app, "127.0.0.1", 0);
  const send = (payload: object | string, headers?: Record<string, string>) => {
    const body = typeof payload === "string" ? payload : formOf(payload);
    return fetch(`${server.url}/webhooks/slack`, {
      method: "POST",
      body,
      headers: headers ?? signedSlack(body, now),
    });
  };
  return { send, decisions, whispers, asked, [Symbol.asyncDispose]: server.close };
};

test("an approver's click is answered empty and decides exactly what the card showed", async () => {
  await using slack = await open();
  const answer = await slack.send(click("approve", "UANA", question));

  expect([answer.status, await answer.text()]).toEqual([200, ""]);
  expect(slack.decisions).toEqual([
    {
      id: "inc_1",
      input: { decision: "approve", planHash: "h1", reason: null },
      person: { name: "ana", role: "approver", via: "slack" },
    },
  ]);
});

test("a rejection asks why first and decides when the form comes back", async () => {
  await using slack = await open();
  await slack.send(click("reject", "UANA", question));

  expect(slack.decisions).toEqual([]);
  expect(slack.asked).toEqual([{ trigger: "1.2.abc", ...question, channel: "C1", respond }]);
  await slack.send(submission("UANA", question, "not at night"));
  expect(slack.decisions).toMatchObject([{ input: { decision: "reject", planHash: "h1", reason: "not at night" } }]);
});

test("a form that cannot be opened is told, and decides nothing", async () => {
  await using slack = await open({ askWhy: () => Promise.reject(new Error("expired_trigger_id")) });
  const answer = await slack.send(click("reject", "UANA", question));

  expect([answer.status, slack.decisions.length]).toEqual([200, 0]);
  expect(slack.whispers[0]?.text).toContain("could not be opened");
});

test.each([
  ["somebody not listed", click("approve", "UEVE", question)],
  ["a viewer", click("approve", "UVIC", question)],
  ["a guest of a shared channel", click("approve", "UANA", question, { user: { id: "UANA", team_id: "T9" } })],
  ["somebody not listed, by form", submission("UEVE", question, "no")],
  ["somebody not listed who rejects", click("reject", "UEVE", question)],
])("%s is told so and nothing is decided", async (_who, payload) => {
  await using slack = await open();

  expect((await slack.send(payload)).status).toBe(200);
  expect([slack.decisions, slack.asked]).toEqual([[], []]);
  expect(slack.whispers).toMatchObject([{ channel: "C1", respond, text: expect.stringContaining("may not decide") }]);
});

test("a viewer is told that a viewer may not decide, and nobody else is", async () => {
  await using slack = await open();

  for (const who of ["UVIC", "UEVE"]) await slack.send(click("reject", who, question));

  expect(slack.asked).toEqual([]);
  expect(slack.whispers.map(({ text }) => [/listed as a viewer/.test(text), /SLACK_APPROVERS/.test(text)])).toEqual([
    [true, false],
    [false, true],
  ]);
});

test.each([
  [{ kind: "already-decided", by: "bo", decision: "rejected" } as const, "bo has rejected"],
  [{ kind: "plan-changed", planHash: "h2" } as const, "stale"],
  [{ kind: "expired" } as const, "time to decide is over"],
  [{ kind: "not-found" } as const, "no such incident"],
  [{ kind: "accepted", waitsFor: 1 } as const, "One more person has to approve"],
  [{ kind: "accepted", waitsFor: 2 } as const, "2 more people have to approve"],
])("%o is whispered to whoever clicked", async (decided, words) => {
  await using slack = await open({ decided });
  await slack.send(click("approve", "UANA", question));

  expect(slack.whispers).toEqual([{ channel: "C1", user: "UANA", respond, text: expect.stringContaining(words) }]);
});

const body = formOf(click("approve", "UANA", question));
const moved = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

test.each([
  ["another secret", signedSlack(body, now, "other")],
  ["an empty secret", signedSlack(body, now, "")],
  ["the signature of another body", signedSlack(`${body}&x=1`, now)],
  ["a stamp 301 s old", signedSlack(body, moved(-301))],
  ["a stamp 301 s ahead", signedSlack(body, moved(301))],
  ["no signature", { "content-type": "application/x-www-form-urlencoded" }],
])("%s is refused", async (_how, headers) => {
  await using slack = await open();

  expect((await slack.send(body, headers)).status).toBe(401);
  expect(slack.decisions).toEqual([]);
});

test.each([-299, 299])("a stamp %i s off is taken", async (seconds) => {
  await using slack = await open();

  expect((await slack.send(body, signedSlack(body, moved(seconds)))).status).toBe(200);
  expect(slack.decisions).toHaveLength(1);
});

test.each([
  ["another workspace", click("approve", "UANA", question, { team: { id: "T9" } }), 403],
  ["another app", click("approve", "UANA", question, { api_app_id: "A9" }), 403],
  ["no payload", "x=1", 400],
  ["a payload that is no JSON", "payload=%7B", 400],
  ["a button without a question", click("approve", "UANA", { incidentId: "inc_1" } as never), 400],
  ["a probe of the certificate", "ssl_check=1&token=x", 200],
  ["a foreign button", { ...click("approve", "UANA", question), actions: [{ action_id: "x" }] }, 200],
])("%s decides nothing", async (_what, payload, status) => {
  await using slack = await open();

  expect((await slack.send(payload)).status).toBe(status);
  expect(slack.decisions).toEqual([]);
});

test("without a signing secret it answers 503 and says what to set", async () => {
  await using slack = await open({ secrets: [] });
  const answer = await slack.send(body);

  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("SLACK_SIGNING_SECRET");
});

test("a store that is slow keeps nobody waiting: it is told that nothing is on record yet, and then what is", async () => {
  const stored = Promise.withResolvers<Decided>();
  await using slack = await open({ decide: () => stored.promise });

  expect((await slack.send(body)).status).toBe(200);

  const told = () => slack.whispers.map(({ text }) => text);
  await vi.waitFor(() => expect(told()).toEqual([expect.stringContaining("not on record yet")]));
  stored.resolve({ kind: "accepted" });
  await vi.waitFor(() => expect(told().slice(1)).toEqual(["Your approval is on record."]));
}, 10_000);

test("a database that is down is told, not shown as decided", async () => {
  await using slack = await open({ decide: () => Promise.reject(new Error("inner words")) });
  await slack.send(body);

  expect(slack.whispers[0]?.text).toContain("could not be recorded");
  expect(slack.whispers[0]?.text).not.toContain("inner words");
});
