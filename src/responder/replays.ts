import type { Pool } from "pg";
import { postMortem as render } from "../incident/post-mortem.ts";
import type { ReplayRequest } from "../incident/replay.ts";
import type { Clock } from "../ports/clock.ts";
import { type ReplayOptions, replay } from "../replay/replay.ts";
import { evidenceIds, openEvidence } from "../store/evidence.ts";
import { readIncident } from "../store/incidents.ts";
import { read } from "../store/journal.ts";
import { putReplay, readReplay, replaysOf } from "../store/replays.ts";
import { newId } from "./new-id.ts";
import { recordingOf } from "./recordings.ts";
import type { Person, Responder } from "./responder.ts";
import { stepLine } from "./story.ts";

interface Deps {
  pool: Pool;
  clock: Clock;
  link(incidentId: string): string;
  lexicon?: ReplayOptions["lexicon"];
}

/** Plays at once, in memory: it takes a tenth of a second and touches nothing but the row with its result. */
export const startReplay =
  ({ pool, clock, lexicon }: Deps): Responder["replay"] =>
  async (incidentId: string, request: ReplayRequest, person: Person) => {
    const recording = await recordingOf(pool, incidentId);
    if (recording === null) return null;
    const id = newId("rep");
    const result = await replay(recording, request, { line: stepLine, ...(lexicon ? { lexicon } : {}) });
    await putReplay(pool, { id, incidentId, askedBy: person.name, askedAt: clock.now(), request, result });
    return id;
  };

export const showReplay =
  ({ pool }: Deps): Responder["showReplay"] =>
  async (id) => {
    const stored = await readReplay(pool, id);
    if (stored === null) return null;
    const { result, askedAt, ...rest } = stored;
    return { ...rest, askedAt: askedAt.toISOString(), ...result };
  };

export const postMortem =
  ({ pool, link }: Deps): Responder["postMortem"] =>
  async (id) => {
    const row = await readIncident(pool, id);
    if (row === null) return null;
    return render({
      id,
      subject: row.subject,
      status: row.status,
      severity: row.severity,
      openedAt: row.openedAt.toISOString(),
      closedAt: row.closedAt?.toISOString() ?? null,
      state: row.state,
      journal: await read(pool, id),
      evidence: await openEvidence(pool, id, await evidenceIds(pool, id)),
      replays: await replaysOf(pool, id),
      page: link(id),
    });
  };
