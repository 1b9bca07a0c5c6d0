import { sha256 } from "../incident/canonical.ts";
import { type Notice, reportOf, textOf } from "../incident/notice.ts";
import { pageKey } from "../incident/page-key.ts";
import type { How, Pager, Receipt } from "../ports/notifier.ts";
import { PortError } from "../ports/port-error.ts";
import { callJson } from "./json-call.ts";
import type { PagerDutyRest, PagerDutyState } from "./pagerduty-rest.ts";

export interface PagerDutyOptions {
  eventsUrl: string;
  /** Null: only incidents that PagerDuty itself opened can be paged about, by their escalation policy. */
  routingKey: string | null;
  /** Absent: notes cannot be written, pages can. */
  rest: PagerDutyRest | null;
  /** Id of the escalation policy that takes over where a person is needed; absent: the incident's own. */
  escalationPolicy?: string | undefined;
  /** E-mail that our own writes bear. */
  from?: string | undefined;
  /** Where a page goes that PagerDuty does not take to anybody. */
  unreached?: Pager["page"];
  deadlineMs?: number;
}

const severities = ["critical", "error", "warning", "info"];

const eventOf = (notice: Notice, routingKey: string) => ({
  routing_key: routingKey,
  event_action: "trigger",
  dedup_key: pageKey(notice.incidentId),
  client: "Nightshift",
  client_url: notice.link,
  links: [
    { href: notice.link, text: "Incident" },
    ...(notice.links ?? []).map(({ text, url }) => ({ href: url, text })),
  ],
  payload: {
    summary: notice.title.slice(0, 1024),
    source: "nightshift",
    severity: severities.includes(notice.severity) ? notice.severity : "error",
    custom_details: { report: reportOf(notice).slice(0, 100_000) },
  },
});

const lacks = (what: string, variable: string): PortError =>
  new PortError("pagerduty", "not-configured", `${what} needs ${variable}`);

// A page says something new under its old key when it is given up later; only the same words are the same note.
const markOf = (notice: Notice): string => {
  const { key, channel, title } = notice;
  return channel === "page" ? `nightshift ${key}:${sha256([title, textOf(notice)]).slice(0, 12)}` : `nightshift ${key}`;
};

const mostNote = 5_000;

/** Cut between lines, and says so. */
const shortened = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const left = "… the rest is on the page";
  const room = text.slice(0, most - left.length - 1);
  return `${room.slice(0, Math.max(room.lastIndexOf("\n"), 0) || undefined)}\n${left}`;
};

// The marker is the last line and survives however long the text is.
const contentOf = (notice: Notice): string => {
  const { title, link } = notice;
  const report = reportOf(notice);
  const links = (notice.links ?? []).map((one) => `${one.text}: ${one.url}`);
  const more = report.includes(links[0] ?? report) ? [] : links;
  const last = ["", ...more, link, markOf(notice)].join("\n").slice(-mostNote / 2);
  return `${shortened(`${title}\n\n${report}`, mostNote - last.length - 1)}\n${last}`;
};

const enqueue = async (
  { eventsUrl, deadlineMs = 10_000 }: PagerDutyOptions,
  body: unknown,
  signal?: AbortSignal,
): Promise<void> => {
  const url = `${eventsUrl.replace(/\/+$/, "")}/v2/enqueue`;
  const headers = { "content-type": "application/json" };
  await callJson({ port: "pagerduty", method: "POST", url, headers, body, signal, deadlineMs });
};

const trigger = async (options: PagerDutyOptions, notice: Notice, signal?: AbortSignal): Promise<Receipt> => {
  if (options.routingKey === null) throw lacks("a page", "PAGERDUTY_ROUTING_KEY");
  const event = eventOf(notice, options.routingKey);
  await enqueue(options, event, signal);
  return { dedupKey: event.dedup_key };
};

/** Ends what a page of ours began at PagerDuty; harmless where it began nothing, or is over. */
export const resolvePage =
  (options: PagerDutyOptions & { routingKey: string }) =>
  (notice: Notice, signal?: AbortSignal): Promise<void> => {
    const { dedup_key } = eventOf(notice, options.routingKey);
    return enqueue(options, { routing_key: options.routingKey, event_action: "resolve", dedup_key }, signal);
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
  const before = notes.find(({ content }) => content.split("\n").includes(markOf(notice)));
  return { noteId: before?.id ?? (await rest.addNote(id, contentOf(notice), signal)) };
};

/** PagerDuty rings already: nobody has taken it, or a person has. Our own acknowledgement rings nobody. */
const rings = (
  { from }: PagerDutyOptions,
  { status, policy, acknowledgers }: PagerDutyState,
  wanted: string,
): boolean => {
  if (policy !== wanted) return false;
  const taken = acknowledgers.some(({ email }) => email !== null && email.toLowerCase() !== from?.toLowerCase());
  return status === "triggered" || (status === "acknowledged" && taken);
};

interface Page {
  notice: Notice;
  how: How;
  below: Receipt | null;
}

/** Rings by whatever else there is. */
const elsewhere = (options: PagerDutyOptions, { notice, how, below }: Page): Promise<Receipt> => {
  if (options.routingKey !== null) return trigger(options, notice, how.signal);
  // Nobody rings for it any more, so it is no mere update there.
  return options.unreached?.({ ...notice, again: false }, how, below) ?? Promise.resolve({ to: "nobody" });
};

/** Hands PagerDuty's incident to the people of the policy; what it was acknowledged by us for is over. */
const handOver = async (options: PagerDutyOptions, rest: PagerDutyRest, page: Page): Promise<Receipt> => {
  const { notice, how } = page;
  const id = notice.pagerdutyIncident ?? "";
  const now = await rest.read(id, how.signal);
  // Over for PagerDuty, not for us: it takes nothing more about it.
  if (now.status === "resolved") return elsewhere(options, page);
  if (notice.again) return { stands: now.status };
  const policy = options.escalationPolicy ?? now.policy;
  if (policy === null) return elsewhere(options, page);
  if (rings(options, now, policy)) return { policy };
  const escalation_policy = { id: policy, type: "escalation_policy_reference" };
  const then = await rest.change(id, { escalation_policy }, how.signal);
  return then.status === "acknowledged" ? { policy, ...(await elsewhere(options, page)) } : { policy };
};

/** A no that will not change. */
const isFinal = (error: unknown): error is PortError => error instanceof PortError && !error.retryable;

/** The report is written first, for whoever is woken to find; a note that fails keeps nobody asleep. */
const escalate = async (options: PagerDutyOptions, rest: PagerDutyRest, page: Page): Promise<Receipt> => {
  const noted = await addNote(options, page.notice, null, page.how.signal).catch((error: unknown) => error);
  const handed = await handOver(options, rest, page).catch((error: unknown) => {
    // PagerDuty does not ring for this one.
    if (isFinal(error)) return elsewhere(options, page);
    throw error;
  });
  // Where somebody was told, what will never be noted is no reason to do that again and again.
  if (isFinal(noted) && handed.to === undefined) return { ...handed, unnoted: noted.message.slice(0, 200) };
  if (noted instanceof Error) throw noted;
  return { ...(noted as Receipt), ...handed };
};

/**
 * Pages by Events v2 and writes notes by REST. Where the alert came from PagerDuty it has an incident already: that one is
 * escalated, no second one is made. A note with the same key is written once, whatever crashes.
 */
export const pagerdutyPager = (options: PagerDutyOptions): Pager => ({
  page: (notice, how = {}, below = null) =>
    notice.pagerdutyIncident !== null && options.rest !== null
      ? escalate(options, options.rest, { notice, how, below })
      : trigger(options, notice, how.signal),
  note: (notice, former, signal) => addNote(options, notice, former, signal),
});
