import { callJson } from "./json-call.ts";

export interface PagerDutyRest {
  /** PagerDuty's own elements, unread: intake knows their shapes. */
  fetchAlerts(incidentId: string, signal?: AbortSignal): Promise<unknown[]>;
  noteContents(incidentId: string, signal?: AbortSignal): Promise<{ id: string; content: string }[]>;
  addNote(incidentId: string, content: string, signal?: AbortSignal): Promise<string>;
}

export interface PagerDutyRestOptions {
  apiUrl: string;
  token: string;
  from: string;
  deadlineMs?: number;
}

const listOf = (answer: unknown, key: string): unknown[] => {
  const list = Object(answer)[key];
  return Array.isArray(list) ? list : [];
};

// 1001 and 1002: somebody was faster to resolve or acknowledge; what was wanted is so.
const alreadySo = [1001, 1002];

export const pagerdutyRest = ({ apiUrl, token, from, deadlineMs = 5000 }: PagerDutyRestOptions): PagerDutyRest => {
  const headers = {
    authorization: `Token token=${token}`,
    accept: "application/vnd.pagerduty+json;version=2",
    "content-type": "application/json",
    from,
  };
  const at = (id: string, rest: string): string =>
    `${apiUrl.replace(/\/+$/, "")}/incidents/${encodeURIComponent(id)}/${rest}`;
  const common = { port: "pagerduty", headers, deadlineMs };
  return {
    fetchAlerts: async (id, signal) =>
      listOf(await callJson({ ...common, method: "GET", url: at(id, "alerts?limit=100"), signal }), "alerts"),
    noteContents: async (id, signal) =>
      listOf(await callJson({ ...common, method: "GET", url: at(id, "notes"), signal }), "notes").map((note) => ({
        id: String(Object(note).id ?? ""),
        content: String(Object(note).content ?? ""),
      })),
    addNote: async (id, content, signal) => {
      const body = { note: { content } };
      const answer = await callJson({ ...common, method: "POST", url: at(id, "notes"), body, signal, fine: alreadySo });
      return String(Object(Object(answer).note).id ?? "");
    },
  };
};
