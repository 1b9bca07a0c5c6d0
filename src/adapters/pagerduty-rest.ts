import { setTimeout } from "node:timers/promises";
import { PortError } from "../ports/port-error.ts";
import { callJson } from "./json-call.ts";

/** What PagerDuty says of one of its incidents, as far as it said it. */
export interface PagerDutyState {
  status: string;
  policy: string | null;
  /** Those who acknowledged it; e-mail where it was told. */
  acknowledgers: { id: string; email: string | null }[];
}

export interface PagerDutyRest {
  /** PagerDuty's own elements, unread, a page at a time: intake knows their shapes. Throws where more are left than it reads. */
  alertPages(incidentId: string, signal?: AbortSignal): AsyncIterable<unknown[]>;
  noteContents(incidentId: string, signal?: AbortSignal): Promise<{ id: string; content: string }[]>;
  addNote(incidentId: string, content: string, signal?: AbortSignal): Promise<string>;
  read(incidentId: string, signal?: AbortSignal): Promise<PagerDutyState>;
  /** Answers what the incident is afterwards. */
  change(incidentId: string, fields: Record<string, unknown>, signal?: AbortSignal): Promise<PagerDutyState>;
  /** An acknowledged incident rings again by itself when this is over. */
  snooze(incidentId: string, seconds: number, signal?: AbortSignal): Promise<void>;
  /** Whether the token is good and `from` is a user of the account: the user's name. */
  whoWrites(signal?: AbortSignal): Promise<string | null>;
  policyName(id: string, signal?: AbortSignal): Promise<string>;
}

export interface PagerDutyRestOptions {
  apiUrl: string;
  token: string;
  from: string;
  deadlineMs?: number;
  wait?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

const alertsAtOnce = 100;
const mostAlerts = 1_000;

// A webhook waits for the details, and PagerDuty for the webhook: 5 s.
const longestWaitMs = 2000;

/** Once more where PagerDuty said to wait, and not for long. The error of the second try says that it was one. */
const onceMore = async <T>(ask: () => Promise<T>, wait: (ms: number) => Promise<unknown>): Promise<T> => {
  try {
    return await ask();
  } catch (first) {
    if (!(first instanceof PortError) || first.reason !== "rate-limited") throw first;
    const waitMs = first.retryAfterMs ?? 1000;
    if (waitMs > longestWaitMs) throw first;
    await wait(waitMs).catch(() => {
      throw first;
    });
    return ask().catch((second: unknown) => {
      if (!(second instanceof PortError)) throw second;
      const why = second.message.replace(/^pagerduty: /, "");
      throw new PortError("pagerduty", second.reason, `asked again after ${waitMs} ms: ${why}`, { cause: second });
    });
  }
};

const listOf = (answer: unknown, key: string): unknown[] => {
  const list = Object(answer)[key];
  return Array.isArray(list) ? list : [];
};

const textIn = (value: unknown, key: string): string | null => {
  const text = Object(value)[key];
  return typeof text === "string" && text !== "" ? text : null;
};

const stateOf = (answer: unknown): PagerDutyState => {
  const incident = Object(answer).incident;
  return {
    status: textIn(incident, "status") ?? "unknown",
    policy: textIn(Object(incident).escalation_policy, "id"),
    acknowledgers: listOf(incident, "acknowledgements").map((one) => {
      const who = Object(one).acknowledger;
      return { id: textIn(who, "id") ?? "", email: textIn(who, "email") };
    }),
  };
};

// 1001 and 1002: somebody was faster to resolve or acknowledge; what was wanted is so.
const alreadySo = [1001, 1002];

const pause = (ms: number, signal?: AbortSignal): Promise<unknown> =>
  setTimeout(ms, undefined, signal === undefined ? {} : { signal });

export const pagerdutyRest = (options: PagerDutyRestOptions): PagerDutyRest => {
  const { apiUrl, token, from, deadlineMs = 5000, wait = pause } = options;
  const headers = {
    authorization: `Token token=${token}`,
    accept: "application/vnd.pagerduty+json;version=2",
    "content-type": "application/json",
    from,
  };
  const base = apiUrl.replace(/\/+$/, "");
  const at = (id: string, rest = ""): string => `${base}/incidents/${encodeURIComponent(id)}${rest}`;
  const common = { port: "pagerduty", headers, deadlineMs, fine: alreadySo };
  const get = (url: string, signal?: AbortSignal) => callJson({ ...common, method: "GET", url, signal });
  return {
    alertPages: async function* (id, signal) {
      for (let offset = 0; offset < mostAlerts; offset += alertsAtOnce) {
        const ask = () => get(at(id, `/alerts?limit=${alertsAtOnce}&offset=${offset}`), signal);
        const page = await onceMore(ask, (ms) => wait(ms, signal));
        yield listOf(page, "alerts");
        if (Object(page).more !== true) return;
      }
      throw new PortError("pagerduty", "too-large", `more than ${mostAlerts} alerts belong to ${id}`);
    },
    noteContents: async (id, signal) =>
      listOf(await get(at(id, "/notes"), signal), "notes").map((note) => ({
        id: String(Object(note).id ?? ""),
        content: String(Object(note).content ?? ""),
      })),
    addNote: async (id, content, signal) => {
      const body = { note: { content } };
      const answer = await callJson({ ...common, method: "POST", url: at(id, "/notes"), body, signal });
      return String(Object(Object(answer).note).id ?? "");
    },
    read: async (id, signal) => stateOf(await get(at(id, "?include[]=acknowledgers"), signal)),
    change: async (id, fields, signal) => {
      const body = { incident: { type: "incident_reference", ...fields } };
      return stateOf(await callJson({ ...common, method: "PUT", url: at(id), body, signal }));
    },
    snooze: async (id, duration, signal) => {
      await callJson({ ...common, method: "POST", url: at(id, "/snooze"), body: { duration }, signal });
    },
    whoWrites: async (signal) => {
      const users = listOf(await get(`${base}/users?limit=100&query=${encodeURIComponent(from)}`, signal), "users");
      const user = users.find((one) => textIn(one, "email")?.toLowerCase() === from.toLowerCase());
      return user === undefined ? null : (textIn(user, "name") ?? from);
    },
    policyName: async (id, signal) => {
      const answer = await get(`${base}/escalation_policies/${encodeURIComponent(id)}`, signal);
      return textIn(Object(answer).escalation_policy, "name") ?? id;
    },
  };
};
