import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { pagerdutyPager } from "../../src/adapters/pagerduty.ts";
import { pagerdutyRest } from "../../src/adapters/pagerduty-rest.ts";
import { slackNotifier } from "../../src/adapters/slack.ts";
import type { Notice } from "../../src/incident/notice.ts";
import { notifierExam } from "../ports/notifier-exam.ts";
import { pagerExam } from "../ports/pager-exam.ts";
import { startFakeSlack } from "../support/fake-slack.ts";

const notice: Notice = {
  key: "k",
  incidentId: "i",
  channel: "card",
  title: "checkout is down",
  text: "out of memory",
  severity: "critical",
  link: "http://localhost/i",
  pagerdutyIncident: "Q1",
};

const listening = async (answer: (request: IncomingMessage, body: string) => object) => {
  let hangs = false;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (hangs) return;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer(request, body)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang: () => {
      hangs = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const slack = async () => {
  const server = await startFakeSlack();
  const notifier = slackNotifier({ token: "x", channel: "C1", apiUrl: server.url });
  return {
    notifier,
    hang: server.hang,
    seen: () => server.cards().map(({ text: said }) => said),
    [Symbol.asyncDispose]: server.close,
  };
};

const pagerduty = async () => {
  const events = new Map<string, string>();
  const notes: { id: string; content: string }[] = [];
  const server = await listening(({ method, url }, body) => {
    if (method === "GET") return { notes };
    const sent = JSON.parse(body);
    if (url === "/v2/enqueue") events.set(sent.dedup_key, sent.payload.summary);
    else notes.push({ id: `N${notes.length}`, content: sent.note.content });
    return { note: notes.at(-1) };
  });
  const rest = pagerdutyRest({ apiUrl: server.url, token: "t", from: "ana@example.com" });
  const pager = pagerdutyPager({ eventsUrl: server.url, routingKey: "r", rest });
  return { ...server, pager, pages: () => [...events.values()], notes: () => notes.map(({ content }) => content) };
};

notifierExam("Slack", slack, notice);
pagerExam("PagerDuty", pagerduty, notice);
