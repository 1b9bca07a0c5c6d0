import type { Pool } from "pg";
import { newIncident } from "../incident/incident.ts";
import { alertsOf, countAlerts } from "../store/alerts.ts";
import { evidenceHeads, findEvidence } from "../store/evidence.ts";
import { listIncidents, readIncident, type StoredIncident } from "../store/incidents.ts";
import { type JournalRow, read as readJournal } from "../store/journal.ts";
import type { IncidentRow, IncidentView, JournalEntry, Responder } from "./responder.ts";

const pageSize = 50;
const alertsShown = 50;

const encodeCursor = ({ openedAt, id }: StoredIncident): string =>
  Buffer.from(JSON.stringify([openedAt.toISOString(), id])).toString("base64url");

/** A cursor that is not ours reads as the first page. */
const decodeCursor = (cursor: string | null): { openedAt: string; id: string } | null => {
  if (cursor === null) return null;
  try {
    const [openedAt, id] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Number.isNaN(Date.parse(openedAt)) || typeof id !== "string" ? null : { openedAt, id };
  } catch {
    return null;
  }
};

const classOf = ({ state }: StoredIncident): string | null => {
  if (state?.diagnosis == null) return null;
  return state.diagnosis.kind === "cause" ? state.diagnosis.class : "unknown";
};

const rowOf = async (pool: Pool, stored: StoredIncident): Promise<IncidentRow> => ({
  id: stored.id,
  status: stored.status,
  subject: stored.subject,
  severity: stored.severity,
  openedAt: stored.openedAt.toISOString(),
  closedAt: stored.closedAt?.toISOString() ?? null,
  alertCount: (await countAlerts(pool, stored.id)).total,
  class: classOf(stored),
});

export const list =
  (pool: Pool): Responder["list"] =>
  async ({ status, subject, cursor, since = null, until = null }) => {
    const found = await listIncidents(pool, {
      status,
      subject,
      since,
      until,
      before: decodeCursor(cursor),
      limit: pageSize + 1,
    });
    const shown = found.slice(0, pageSize);
    const last = shown.at(-1);
    return {
      items: await Promise.all(shown.map((stored) => rowOf(pool, stored))),
      cursor: found.length > pageSize && last ? encodeCursor(last) : null,
    };
  };

/** What the walk knows; before its first step, what a new one knows. */
const walkOf = ({ id, subject, severity, openedAt, state }: StoredIncident) => {
  const known = state ?? newIncident({ id, subject, severity, openedAt: openedAt.toISOString(), alerts: [] });
  const { questions: _asked, lookAgainAt: _timer, writeUp: _text, alerts: _some, ...walk } = known;
  return walk;
};

const linksOf = (id: string, link: string): Record<string, string> => ({
  self: `/api/incidents/${id}`,
  report: `/api/incidents/${id}/report`,
  timeline: `/api/incidents/${id}/timeline`,
  page: link,
});

export const show =
  (pool: Pool, link: (id: string) => string): Responder["show"] =>
  async (id): Promise<IncidentView | null> => {
    const stored = await readIncident(pool, id);
    if (stored === null) return null;
    return {
      ...walkOf(stored),
      id,
      subject: stored.subject,
      severity: stored.severity,
      openedAt: stored.openedAt.toISOString(),
      status: stored.status,
      closedAt: stored.closedAt?.toISOString() ?? null,
      alerts: await alertsOf(pool, id, alertsShown),
      alertCount: (await countAlerts(pool, id)).total,
      parentId: null,
      childIds: [],
      links: linksOf(id, link(id)),
    };
  };

export const entryOf = ({ seq, at, kind, actor, line, data }: JournalRow): JournalEntry => ({
  seq,
  at,
  kind,
  actor,
  text: line,
  data,
});

export const timeline =
  (pool: Pool): Responder["timeline"] =>
  async (id) =>
    (await readIncident(pool, id)) === null ? null : (await readJournal(pool, id)).map(entryOf);

export const evidence =
  (pool: Pool): Responder["evidence"] =>
  (id, evidenceId) =>
    findEvidence(pool, id, evidenceId);

export const evidenceList =
  (pool: Pool): Responder["evidenceList"] =>
  async (id) => {
    if ((await readIncident(pool, id)) === null) return null;
    const heads = await evidenceHeads(pool, id);
    return heads.map(({ id: its, command, askedAt, answer }) => ({ id: its, command, askedAt, answer: answer.kind }));
  };
