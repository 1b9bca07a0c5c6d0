import { type Feedback, Remembered } from "../incident/memory.ts";
import type { Runner } from "./transaction.ts";

const parse = (entry: unknown): Remembered[] => {
  // One that an older build wrote otherwise is forgotten, not an error.
  const parsed = Remembered.safeParse(entry);
  return parsed.success ? [parsed.data] : [];
};

export const keepMemory = async (db: Runner, memory: Remembered): Promise<void> => {
  const { incidentId, fingerprint, openedAt, closedAt } = memory;
  await db.query(
    `insert into nightshift.memories (incident_id, cluster, class, subject_key, opened_at, closed_at, entry)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (incident_id, opened_at)
       do update set class = excluded.class, closed_at = excluded.closed_at, entry = excluded.entry`,
    [
      incidentId,
      fingerprint.cluster,
      memory.feedback?.class ?? fingerprint.class,
      fingerprint.subject,
      openedAt,
      closedAt,
      JSON.stringify(memory),
    ],
  );
};

/** Of its last end, where it came back and ended more than once. */
export const readMemory = async (db: Runner, incidentId: string): Promise<Remembered | null> => {
  const { rows } = await db.query<{ entry: unknown }>(
    "select entry from nightshift.memories where incident_id = $1 order by opened_at desc limit 1",
    [incidentId],
  );
  return rows.flatMap(({ entry }) => parse(entry))[0] ?? null;
};

/**
 * Where a likeness is possible: same cluster, and the same class, also one that a person called wrong, or the same object; the
 * newest. What a person corrected is asked for by itself, so that no number of others stands before it.
 */
export const memoriesNear = async (
  db: Runner,
  near: { cluster: string; subject: string; classes: readonly string[] },
): Promise<Remembered[]> => {
  const { rows } = await db.query<{ entry: unknown }>(
    `with near as (
       select entry, closed_at, coalesce(entry #>> '{feedback,correct}' = 'false', false) as corrected
       from nightshift.memories
       where cluster = $1 and (class = any($2) or subject_key = $3
         or (entry #>> '{feedback,correct}' = 'false' and entry #>> '{fingerprint,class}' = any($2))))
     (select entry from near where corrected order by closed_at desc limit 200)
     union all
     (select entry from near where not corrected order by closed_at desc limit 200)`,
    [near.cluster, near.classes, near.subject],
  );
  return rows.flatMap(({ entry }) => parse(entry));
};

export const removeMemory = async (db: Runner, incidentId: string): Promise<boolean> =>
  (await db.query("delete from nightshift.memories where incident_id = $1", [incidentId])).rowCount !== 0;

export const removeMemoriesBefore = async (db: Runner, before: Date): Promise<void> => {
  await db.query("delete from nightshift.memories where closed_at < $1", [before]);
};

export const keepFeedback = async (db: Runner, incidentId: string, said: Feedback): Promise<void> => {
  await db.query(
    `insert into nightshift.feedback (incident_id, at, said_by, correct, class, note) values ($1, $2, $3, $4, $5, $6)
     on conflict (incident_id) do update set at = excluded.at, said_by = excluded.said_by, correct = excluded.correct,
       class = excluded.class, note = excluded.note`,
    [incidentId, said.at, said.by, said.correct, said.class, said.note],
  );
};

/** What was said since then: an incident that came back ends anew, and what was said before is of an end before. */
export const readFeedback = async (db: Runner, incidentId: string, since: Date): Promise<Feedback | null> => {
  const { rows } = await db.query<Omit<Feedback, "at"> & { at: Date }>(
    `select at, said_by as "by", correct, class, note from nightshift.feedback where incident_id = $1 and at >= $2`,
    [incidentId, since],
  );
  const [row] = rows;
  return row === undefined ? null : { ...row, at: row.at.toISOString() };
};
