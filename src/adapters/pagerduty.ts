import { sha256 } from "../incident/canonical.ts";
import type { Notice } from "../incident/notice.ts";
import type { Pager, Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { callJson } from "./json-call.ts";
import type { PagerDutyRest } from "./pagerduty-rest.ts";

export interface PagerDutyOptions {
  eventsUrl: string;
  /** Absent: only incidents that PagerDuty itself opened can be paged about, by a note. */
  routingKey: string | null;
  /** Absent: notes cannot be written, pages can. */
  rest: PagerDutyRest | null;
  deadlineMs?: number;
}

const severities = ["critical", "error", "warning", "info"];

const eventOf = (notice: Notice, routingKey: string) => ({
  routing_key: routingKey,
  event_action: "trigger",
  dedup_key: `nightshift:${notice.incidentId}`.slice(0, 255),
  client: "Nightshift",
  client_url: notice.link,
  links: [{ href: notice.link, text: "Incident" }],
  payload: {
    summary: notice.title.slice(0, 1024),
    source: "nightshift",
    severity: severities.includes(notice.severity) ? notice.severity : "error",
    custom_details: { report: notice.text.slice(0, 100_000) },
  },
});

const lacks = (what: string, variable: string): PortError =>
  new PortError("pagerduty", "not-configured", `${what} needs ${variable}`);

// A page says something new under its old key when it is given up later; only the same words are the same note.
const marker = ({ key, channel, title, text }: Notice): string =>
  channel === "page" ? `nightshift ${key}:${sha256([title, text]).slice(0, 12)}` : `nightshift ${key}`;

// The marker is the last line and survives however long the text is.
const contentOf = (notice: Notice): string =>
  `${notice.title}\n\n${notice.text}`.slice(0, 20_000).concat(`\n\n${notice.link}\n${marker(notice)}`);

const trigger = async (
  { eventsUrl, routingKey, deadlineMs = 10_000 }: PagerDutyOptions,
  notice: Notice,
  signal?: AbortSignal,
): Promise<Receipt> => {
  if (routingKey === null) throw lacks("a page", "PAGERDUTY_ROUTING_KEY");
  const event = eventOf(notice, routingKey);
  const url = `${eventsUrl.replace(/\/+$/, "")}/v2/enqueue`;
  const headers = { "content-type": "application/json" };
  await callJson({ port: "pagerduty", method: "POST", url, headers, body: event, signal, deadlineMs });
  return { dedupKey: event.dedup_key };
};

const addNote = async (
  { rest }: PagerDutyOptions,
  notice: Notice,
  former: Receipt | null,
  signal?: AbortSignal,
): Promise<Receipt> => {
  if (former?.noteId) return former;
  const { pagerdutyIncident: id } = notice;
  if (id === null) throw new PortError("pagerduty", "invalid", "a note needs the PagerDuty incident it belongs to");
  if (rest === null) throw lacks("a note", "PAGERDUTY_API_TOKEN");
  const notes = await rest.noteContents(id, signal);
  const before = notes.find(({ content }) => content.split("\n").includes(marker(notice)));
  return { noteId: before?.id ?? (await rest.addNote(id, contentOf(notice), signal)) };
};

/**
 * Pages by Events v2 and writes notes by REST. Where the alert came from PagerDuty somebody is being paged already: the
 * page is then a note on that incident, not a second one. A note with the same key is written once, whatever crashes.
 */
export const pagerdutyPager = (options: PagerDutyOptions): Pager => ({
  page: (notice, signal) =>
    notice.pagerdutyIncident !== null && options.rest !== null
      ? addNote(options, notice, null, signal)
      : trigger(options, notice, signal),
  note: (notice, former, signal) => addNote(options, notice, former, signal),
});
