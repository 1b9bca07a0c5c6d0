import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Replay, ReplayRequest } from "../../incident/replay.ts";
import { shippedLexicon } from "../../library.ts";
import { makeLog } from "../../log.ts";
import { exportFiles, type Files, recordingFrom } from "../../replay/export.ts";
import type { Recording } from "../../replay/recording.ts";
import { replay } from "../../replay/replay.ts";
import { stepLine } from "../../responder/story.ts";
import { firstBreak, type JournalRow } from "../../store/journal.ts";

const largest = 256 * 2 ** 20;

const readText = async (path: string): Promise<string> => {
  const { size } = await stat(path);
  if (size > largest)
    throw new Error(`${path} has ${size} bytes; an export of one incident is smaller than ${largest}`);
  return readFile(path, "utf8");
};

const readFiles = async (folder: string): Promise<Files> => {
  const read = await Promise.all(exportFiles.map(async (name) => [name, await readText(join(folder, name))] as const));
  return Object.fromEntries(read);
};

/** Reads an export. A journal that was tampered with is no base to compare with. */
export const recordingIn = async (folder: string): Promise<Recording> => {
  const recording = recordingFrom(await readFiles(folder));
  const broken = firstBreak(recording.id, recording.journal as readonly JournalRow[]);
  if (broken !== null) throw new Error(`the journal in ${folder} was changed: its chain breaks at entry ${broken}`);
  return recording;
};

export const replayFromFolder = async (folder: string, request: ReplayRequest): Promise<Replay> =>
  replay(await recordingIn(folder), request, { line: stepLine, lexicon: () => shippedLexicon(makeLog("error")) });
