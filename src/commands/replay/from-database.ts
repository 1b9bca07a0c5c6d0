import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "pg";
import { readConfig } from "../../config.ts";
import { openDatabase } from "../../database.ts";
import type { Replay, ReplayRequest } from "../../incident/replay.ts";
import { shippedLexicon } from "../../library.ts";
import { makeLog } from "../../log.ts";
import { exportOf } from "../../replay/export.ts";
import type { Recording } from "../../replay/recording.ts";
import { recordingOf } from "../../responder/recordings.ts";
import { showReplay, startReplay } from "../../responder/replays.ts";
import { read } from "../../store/journal.ts";
import { systemClock } from "../../world.ts";

const withPool = async <T>(work: (pool: Pool) => Promise<T>): Promise<T> => {
  const database = await openDatabase(readConfig(process.env), makeLog("error"), { migrate: false });
  try {
    return await work(database.pool);
  } finally {
    await database.close();
  }
};

const unknown = (id: string): Error =>
  new Error(`there is no incident ${id} in this database, and no folder of that name with an incident.json`);

/** The result is kept like one that was asked for over HTTP: a what-if is part of the post-mortem. */
export const replayFromDatabase = (id: string, request: ReplayRequest): Promise<Replay> =>
  withPool(async (pool) => {
    const deps = {
      pool,
      clock: systemClock,
      link: (incidentId: string) => incidentId,
      lexicon: () => shippedLexicon(makeLog("error")),
    };
    const person = { name: "command line", role: "admin" as const, via: "cli" };
    const replayId = await startReplay(deps)(id, request, person);
    const kept = replayId === null ? null : await showReplay(deps)(replayId);
    if (kept === null) throw unknown(id);
    return kept;
  });

const filesOf = async (pool: Pool, recording: Recording) => exportOf(recording, await read(pool, recording.id));

/** Writes the files and says which. */
export const exportIncident = (id: string, folder: string): Promise<string[]> =>
  withPool(async (pool) => {
    const recording = await recordingOf(pool, id);
    if (recording === null) throw unknown(id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = Object.entries(await filesOf(pool, recording));
    for (const [name, text] of files) await writeFile(join(folder, name), text, { mode: 0o600 });
    return files.map(([name, text]) => `  ${name}  ${Buffer.byteLength(text)} bytes`);
  });
