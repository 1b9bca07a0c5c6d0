import type { Pool } from "pg";
import { newIncident } from "../incident/incident.ts";
import { alertsOf } from "../store/alerts.ts";
import { changesBefore } from "../store/changes-before.ts";
import { evidenceHeads, findEvidence } from "../store/evidence.ts";
import { listIncidents, readIncident, type StoredIncident } from "../store/incidents.ts";
import { type JournalRow, read as readJournal } from "../store/journal.ts";
import { type Kinship, kinshipsOf } from "../store/kinship.ts";
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

export const isCursor = (cursor: string): boolean => decodeCursor(cursor) !== null;

const classOf = ({ state }: StoredIncident): string | null => {
  if (state?.diagnosis == null) return null;
  return state.diagnosis.kind === "cause" ? state.diagnosis.class : "unknown";
};

const rowOf = (stored: StoredIncident, { parentId, childIds, alertCount }: Kinship, holder: StoredIncident | null) => ({
  id: stored.id,
  status: holder?.status ?? stored.status,
  subject: stored.subject,
  severity: stored.severity,
  openedAt: stored.openedAt.toISOString(),
  closedAt: stored.closedAt?.toISOString() ?? null,
  parentId,
  childIds,
  alertCount,
  class: classOf(stored) ?? (holder && classOf(holder)),
});

/** With where each stands among the others. Many have the same parent. */
const rowsOf = async (pool: Pool, shown: readonly StoredIncident[]): Promise<IncidentRow[]> => {
  const kinshipOf = await kinshipsOf(
    pool,
    shown.map(({ id }) => id),
  );
  const holders = [...new Set(shown.flatMap(({ id }) => kinshipOf(id).heldBy ?? []))];
  const rows = new Map(await Promise.all(holders.map(async (id) => [id, await readIncident(pool, id)] as const)));
  return shown.map((stored) => {
    const kinship = kinshipOf(stored.id);
    return rowOf(stored, kinship, rows.get(kinship.heldBy ?? "") ?? null);
  });
};

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
      items: await rowsOf(pool, shown),
      cursor: found.length > pageSize && last ? encodeCursor(last) : null,
    };
  };

/** What the walk knows; before its first step, what a new one knows. */
const walkOf = ({ id, subject, severity, openedAt, state }: StoredIncident) => {
  const known = state ?? newIncident({ id, subject, severity, openedAt: openedAt.toISOString(), alerts: [] });
  const { questions: _asked, lookAgainAt: _timer, writeUp: _text, alerts: _some, ...told } = known;
  const { modelNotes: _notes, reading: _read, ...walk } = told;
  return walk;
};

const linksOf = (id: string, link: string): Record<string, string> => ({
  self: `/api/incidents/${id}`,
  report: `/api/incidents/${id}/report`,
  timeline: `/api/incidents/${id}/timeline`,
  page: link,
});

/** A child that nobody looked at by itself is told what its parent's look found; its status is its parent's while that holds it. */
const heldView = async (pool: Pool, stored: StoredIncident, heldBy: string | null) => {
  const holder = heldBy === null ? null : await readIncident(pool, heldBy);
  const walk = walkOf(stored);
  return {
    ...walk,
    status: holder?.status ?? stored.status,
    diagnosis: walk.diagnosis ?? holder?.state?.diagnosis ?? null,
  };
};

export const show =
  (pool: Pool, link: (id: string) => string): Responder["show"] =>
  async (id): Promise<IncidentView | null> => {
    const stored = await readIncident(pool, id);
    if (stored === null) return null;
    const { heldBy, ...kinship } = (await kinshipsOf(pool, [id]))(id);
    return {
      ...(await heldView(pool, stored, heldBy)),
      ...kinship,
      id,
      subject: stored.subject,
      severity: stored.severity,
      openedAt: stored.openedAt.toISOString(),
      closedAt: stored.closedAt?.toISOString() ?? null,
      alerts: await alertsOf(pool, id, alertsShown),
      changesBefore: await changesBefore(pool, id),
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
  async (id, evidenceId) => {
    const own = await findEvidence(pool, id, evidenceId);
    if (own !== null) return own;
    // The diagnosis of its parent cites what that one has read.
    const { heldBy } = (await kinshipsOf(pool, [id]))(id);
    return heldBy === null ? null : findEvidence(pool, heldBy, evidenceId);
  };

export const evidenceList =
  (pool: Pool): Responder["evidenceList"] =>
  async (id) => {
    if ((await readIncident(pool, id)) === null) return null;
    const heads = await evidenceHeads(pool, id);
    return heads.map(({ id: its, command, askedAt, answer }) => ({ id: its, command, askedAt, answer: answer.kind }));
  };
