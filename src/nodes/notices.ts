import { pagerdutyIncidentsOf } from "../incident/alert.ts";
import { factsOf } from "../incident/facts.ts";
import type { Incident, IncidentStatus } from "../incident/incident.ts";
import { type Link, linksOf } from "../incident/links.ts";
import type { DecisionWanted, Notice } from "../incident/notice.ts";
import { type WriteUpInput, writeUp } from "../incident/write-up.ts";
import { card, type Message, noteText, pageText } from "../incident/write-up-card.ts";
import type { Ports } from "../ports/index.ts";

export interface Linked {
  /** Address of an incident for people. */
  link(incidentId: string): string;
}

/** What the write-up is made from. An archive that does not answer shortens it; nobody goes untold for that. */
export const inputFor = async (
  { archive }: Pick<Ports, "archive">,
  { link }: Linked,
  incident: Incident,
  status: IncidentStatus,
): Promise<WriteUpInput> => {
  const links = { page: link(incident.id) };
  try {
    return { incident, status, evidence: await archive.open(incident.evidence), links, notes: [] };
  } catch {
    const notes = ["the stored evidence could not be opened, so claims that rest on it are left out here"];
    return { incident, status, evidence: [], links, notes };
  }
};

const noticeOf = (
  key: string,
  channel: Notice["channel"],
  message: Message,
  { incident, links }: WriteUpInput,
): Notice => ({
  key,
  incidentId: incident.id,
  channel,
  ...message,
  severity: incident.severity,
  link: links.page,
  pagerdutyIncident: pagerdutyIncidentsOf(incident.alerts)[0] ?? null,
  links: linksOf(incident.alerts),
});

const mostEvidence = 5;

/** What the diagnosis rests on, each where it can be read whole. */
const evidenceLinks = ({ incident: { diagnosis }, links, evidence }: WriteUpInput): Link[] => {
  const cited = diagnosis?.kind === "cause" ? diagnosis.evidence : [];
  const stored = evidence.filter(({ id }) => cited.includes(id)).slice(0, mostEvidence);
  const base = links.page.replace(/\/report$/, "");
  return stored.map(({ id }) => ({ text: `evidence ${id}`, url: `${base}/evidence/${encodeURIComponent(id)}` }));
};

/** Only while the question is open: a card that is told anything else loses its buttons. */
const wanted = ({ incident: { id, plan, decision }, status }: WriteUpInput): DecisionWanted | null =>
  status === "awaiting-approval" && plan?.kind === "actions" && decision === null
    ? {
        incidentId: id,
        planHash: plan.hash,
        expiresAt: plan.expiresAt,
        change: plan.actions.map(({ command }) => command).join("\n"),
      }
    : null;

export const cardNotice = (input: WriteUpInput): Notice => ({
  ...noticeOf(`card:${input.incident.id}`, "card", card(input), input),
  links: [...evidenceLinks(input), ...linksOf(input.incident.alerts)],
  decision: wanted(input),
});

export const pageNotice = (input: WriteUpInput): Notice => ({
  ...noticeOf(`page:${input.incident.id}`, "page", pageText(input), input),
  report: writeUp(input),
  facts: factsOf(input.incident, input.status),
});

/** Only where alerts came from PagerDuty, to each incident there; `about` keeps one note per thing told. */
export const noteNotices = (input: WriteUpInput, about: string): Notice[] =>
  pagerdutyIncidentsOf(input.incident.alerts).map((id, n) => {
    const key = `note:${input.incident.id}:${about}${n === 0 ? "" : `:${id}`}`;
    return { ...noticeOf(key, "note", noteText(input), input), pagerdutyIncident: id };
  });

/** One after the other, so that the first in line is told even if a later one cannot be. */
export const sendAll = async ({ outbox }: Pick<Ports, "outbox">, notices: readonly Notice[]): Promise<void> => {
  for (const notice of notices) await outbox.send(notice);
};
