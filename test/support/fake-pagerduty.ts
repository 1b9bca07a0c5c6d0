import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Fake {
  status: "triggered" | "acknowledged" | "resolved";
  policy: string;
  acknowledgers: { id: string; email: string; summary: string }[];
  snoozed: number | null;
  notes: { id: string; content: string }[];
}

type Answer = [status: number, body: unknown];

const refusal = (status: number, code: number, message: string): Answer => [status, { error: { code, message } }];

/** What PagerDuty's users see of its incidents, and how its REST and Events API change them (research: integrations 1.5, 1.6). */
export const startFakePagerDuty = async (policies = ["POWN", "PTIER2"]) => {
  const incidents = new Map<string, Fake>();
  const pages = new Map<string, { status: "triggered" | "resolved"; summary: string; times: number }>();
  const asked: { method: string; path: string; body: Record<string, unknown> }[] = [];
  const failing: { where: RegExp; answer: Answer; times: number }[] = [];
  /** Times that somebody was woken. */
  const rung: string[] = [];

  const show = (id: string, { status, policy, acknowledgers }: Fake, emails: boolean): Answer => [
    200,
    {
      incident: {
        id,
        type: "incident",
        status,
        escalation_policy: { id: policy, type: "escalation_policy_reference" },
        acknowledgements: acknowledgers.map(({ email, ...who }) => ({
          at: "2026-11-23T02:00:00Z",
          acknowledger: { type: "user_reference", ...who, ...(emails ? { email } : {}) },
        })),
      },
    },
  ];

  const change = (
    id: string,
    one: Fake,
    from: string,
    { status, escalation_policy }: Record<string, unknown>,
  ): Answer => {
    if (one.status === "resolved") return refusal(400, 1001, "Incident Already Resolved");
    if (escalation_policy !== undefined) {
      const policy = String(Object(escalation_policy).id);
      if (!policies.includes(policy)) return refusal(400, 2001, "Invalid Input Provided");
      Object.assign(one, { policy, status: "triggered", acknowledgers: [], snoozed: null });
      rung.push(id);
    }
    if (status === "acknowledged") {
      if (one.acknowledgers.some(({ email }) => email === from)) return refusal(400, 1002, "Already Acknowledged");
      one.acknowledgers.push({ id: `PU-${from}`, email: from, summary: from });
      one.status = "acknowledged";
    }
    if (status === "resolved") Object.assign(one, { status, acknowledgers: [], snoozed: null });
    return show(id, one, false);
  };

  const enqueue = (body: Record<string, unknown>): Answer => {
    const key = String(body.dedup_key);
    if (typeof body.routing_key !== "string") return [400, { status: "invalid event", errors: ["no routing key"] }];
    const before = pages.get(key);
    if (body.event_action === "resolve") {
      if (before) before.status = "resolved";
    } else if (before?.status === "triggered") before.times += 1;
    else {
      pages.set(key, { status: "triggered", summary: String(Object(body.payload).summary), times: 1 });
      rung.push(key);
    }
    return [202, { status: "success", message: "Event processed", dedup_key: key }];
  };

  const ofIncident = (
    method: string,
    [id = "", what = ""]: string[],
    url: URL,
    from: string,
    body: Record<string, unknown>,
  ): Answer => {
    const one = incidents.get(id);
    if (one === undefined) return refusal(404, 2100, "Not Found");
    if (method !== "GET" && from === "") return refusal(400, 1008, "Requester User Not Found");
    if (what === "notes" && method === "POST") {
      one.notes.push({ id: `N${one.notes.length + 1}`, content: String(Object(body.note).content) });
      return [200, { note: one.notes.at(-1) }];
    }
    if (what === "notes") return [200, { notes: one.notes }];
    if (what === "alerts") return [200, { alerts: [] }];
    if (what === "snooze") {
      if (one.status !== "acknowledged") return refusal(400, 1012, "Incident is not acknowledged");
      one.snoozed = Number(body.duration);
      return [201, (show(id, one, false) as Answer)[1]];
    }
    if (method === "PUT") return change(id, one, from, Object(body.incident));
    return show(id, one, url.searchParams.getAll("include[]").includes("acknowledgers"));
  };

  const answer = (request: IncomingMessage, body: Record<string, unknown>): Answer => {
    const url = new URL(request.url ?? "/", "http://pagerduty");
    const failure = failing.find(({ where, times }) => times > 0 && where.test(`${request.method} ${url.pathname}`));
    if (failure) {
      failure.times -= 1;
      return failure.answer;
    }
    if (url.pathname === "/v2/enqueue") return enqueue(body);
    if (!/^Token token=.+/.test(request.headers.authorization ?? "")) return refusal(401, 2006, "Unauthorized");
    const [, kind, ...rest] = url.pathname.split("/");
    const from = String(request.headers.from ?? "");
    if (kind === "users") return [200, { users: [{ id: "PU", name: "Night Shift", email: "bot@example.com" }] }];
    if (kind === "escalation_policies")
      return policies.includes(rest[0] ?? "")
        ? [200, { escalation_policy: { id: rest[0], name: `policy ${rest[0]}` } }]
        : refusal(404, 2100, "Not Found");
    return kind === "incidents" ? ofIncident(request.method ?? "", rest, url, from, body) : refusal(404, 2100, "No");
  };

  const server = createServer(async (request, response) => {
    const sent = await text(request);
    const body = sent === "" ? {} : JSON.parse(sent);
    asked.push({ method: request.method ?? "", path: (request.url ?? "").split("?")[0] ?? "", body });
    const [status, told] = answer(request, body);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(told));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    pages,
    rung,
    /** An incident that rings. */
    open: (id: string, changes: Partial<Fake> = {}): Fake => {
      const one: Fake = {
        status: "triggered",
        policy: "POWN",
        acknowledgers: [],
        snoozed: null,
        notes: [],
        ...changes,
      };
      incidents.set(id, one);
      return one;
    },
    fail: (where: RegExp, answered: Answer, times = 1): void => void failing.push({ where, answer: answered, times }),
    writes: () => asked.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
    },
  };
};
