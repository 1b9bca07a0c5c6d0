import type { Pool } from "pg";
import { z } from "zod";
import { Checkpointer } from "../graph/checkpointer.ts";
import { Incident } from "../incident/incident.ts";
import type { Recording } from "../replay/recording.ts";
import { evidenceIds, openEvidence } from "../store/evidence.ts";
import { readIncident, type StoredIncident } from "../store/incidents.ts";
import { read } from "../store/journal.ts";
import { readTape } from "../store/tapes.ts";

/** What its newest walk came to. From when an incident is opened again until it is walked anew, only the checkpoint has it. */
const walked = async (pool: Pool, { id, state, checkpointId }: StoredIncident): Promise<Incident | null> => {
  if (state !== null || checkpointId === null) return state;
  const saver = new Checkpointer(pool, { fenced: false });
  const unreadable = (why: string) => new Error(`checkpoint ${checkpointId} of ${id} cannot be read: ${why}`);
  const tuple = await saver.getTuple({ configurable: { thread_id: id, checkpoint_id: checkpointId } });
  if (tuple === undefined) throw unreadable("it is gone");
  const read = Incident.safeParse(tuple.checkpoint.channel_values);
  if (!read.success) throw unreadable(z.prettifyError(read.error));
  return read.data;
};

/** Null: there is no such incident. Reads only. */
export const recordingOf = async (pool: Pool, incidentId: string): Promise<Recording | null> => {
  const row = await readIncident(pool, incidentId);
  if (row === null) return null;
  const state = await walked(pool, row);
  return {
    id: row.id,
    subject: row.subject,
    // What the walk began with, not what it has risen to since.
    severity: state?.severity ?? row.severity,
    openedAt: row.openedAt.toISOString(),
    graphVersion: row.graphVersion,
    alerts: state?.alerts ?? [],
    journal: await read(pool, incidentId),
    tape: await readTape(pool, incidentId),
    evidence: await openEvidence(pool, incidentId, await evidenceIds(pool, incidentId)),
  };
};
