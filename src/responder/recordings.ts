import type { Pool } from "pg";
import type { Recording } from "../replay/recording.ts";
import { openEvidence } from "../store/evidence.ts";
import { readIncident } from "../store/incidents.ts";
import { read } from "../store/journal.ts";
import { readTape } from "../store/tapes.ts";
import type { Runner } from "../store/transaction.ts";

/** Ids of everything the archive keeps of an incident, what the walk has forgotten included. */
export const evidenceIds = async (db: Runner, incidentId: string): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    "select id from nightshift.evidence where incident_id = $1 order by entry ->> 'askedAt', id",
    [incidentId],
  );
  return rows.map(({ id }) => id);
};

/** Null: there is no such incident. Reads only. */
export const recordingOf = async (pool: Pool, incidentId: string): Promise<Recording | null> => {
  const row = await readIncident(pool, incidentId);
  if (row === null) return null;
  return {
    id: row.id,
    subject: row.subject,
    severity: row.severity,
    openedAt: row.openedAt.toISOString(),
    graphVersion: row.graphVersion,
    alerts: row.state?.alerts ?? [],
    journal: await read(pool, incidentId),
    tape: await readTape(pool, incidentId),
    evidence: await openEvidence(pool, incidentId, await evidenceIds(pool, incidentId)),
  };
};
