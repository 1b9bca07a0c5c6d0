import type { Pool } from "pg";
import type { Recording } from "../replay/recording.ts";
import { evidenceIds, openEvidence } from "../store/evidence.ts";
import { readIncident } from "../store/incidents.ts";
import { read } from "../store/journal.ts";
import { readTape } from "../store/tapes.ts";

/** Null: there is no such incident. Reads only. */
export const recordingOf = async (pool: Pool, incidentId: string): Promise<Recording | null> => {
  const row = await readIncident(pool, incidentId);
  if (row === null) return null;
  return {
    id: row.id,
    subject: row.subject,
    // What the walk began with, not what it has risen to since.
    severity: row.state?.severity ?? row.severity,
    openedAt: row.openedAt.toISOString(),
    graphVersion: row.graphVersion,
    alerts: row.state?.alerts ?? [],
    journal: await read(pool, incidentId),
    tape: await readTape(pool, incidentId),
    evidence: await openEvidence(pool, incidentId, await evidenceIds(pool, incidentId)),
  };
};
