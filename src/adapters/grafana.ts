import type { Notice } from "../incident/notice.ts";
import type { Marker } from "../ports/notifier.ts";
import { callJson } from "./json-call.ts";

export interface GrafanaOptions {
  url: string;
  token: string;
  deadlineMs?: number;
}

export interface Grafana extends Marker {
  /** Throws where annotations cannot be read with this token. */
  check(signal?: AbortSignal): Promise<void>;
}

/** Grafana renders the text of an annotation as HTML. */
const html = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const tagsOf = ({ incidentId, happened }: Notice): string[] => ["nightshift", incidentId, happened?.what ?? ""];

const bodyOf = (notice: Notice) => {
  const { title, link, dashboard, happened } = notice;
  const text = `${html(title)}<br>${html((happened?.line ?? "").slice(0, 500))}<br><a href="${html(link)}">incident</a>`;
  return {
    ...(dashboard ? { dashboardUID: dashboard.uid } : {}),
    ...(dashboard?.panelId != null ? { panelId: dashboard.panelId } : {}),
    time: Date.parse(happened?.at ?? ""),
    tags: tagsOf(notice),
    text,
  };
};

/** Draws what happened on the dashboard of the alert, or on all where it names none. The same mark is found again, not repeated. */
export const grafana = ({ url, token, deadlineMs = 5000 }: GrafanaOptions): Grafana => {
  const base = `${url.replace(/\/+$/, "")}/api/annotations`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const common = { port: "grafana", headers, deadlineMs };
  const there = async (notice: Notice, time: number, signal?: AbortSignal): Promise<string | null> => {
    const query = new URLSearchParams(tagsOf(notice).map((tag): [string, string] => ["tags", tag]));
    query.set("limit", "100");
    query.set("from", String(time - 1));
    query.set("to", String(time + 1));
    const found = await callJson({ ...common, method: "GET", url: `${base}?${query}`, signal });
    const same = Array.isArray(found) ? found.find((one) => Object(one).time === time) : undefined;
    return same === undefined ? null : String(Object(same).id);
  };
  return {
    mark: async (notice, signal) => {
      const body = bodyOf(notice);
      const before = await there(notice, body.time, signal);
      if (before !== null) return { id: before };
      const made = await callJson({ ...common, method: "POST", url: base, body, signal });
      return { id: String(Object(made).id ?? "") };
    },
    check: async (signal) => {
      await callJson({ ...common, method: "GET", url: `${base}?limit=1`, signal });
    },
  };
};
