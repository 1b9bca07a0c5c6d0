import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { replayFromFolder } from "../../src/commands/replay/from-folder.ts";
import { told } from "../../src/commands/replay/told.ts";
import { walkNight } from "./stage.ts";

const run = promisify(execFile);
const ana = { name: "ana", role: "approver" as const, via: "api" };

const nightshift = async (args: string[], environment: Record<string, string> = {}) => {
  const env = { PATH: process.env.PATH ?? "", HOME: tmpdir(), ...environment };
  try {
    const { stdout } = await run(process.execPath, ["src/cli.ts", ...args], { env });
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout: stdout + stderr };
  }
};

test("an exported incident replays without database or cluster, and refuses a journal that was changed", async () => {
  const night = await walkNight("bad-rollout");
  await night.cluster.close();
  const folder = mkdtempSync(join(tmpdir(), "nightshift-export-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));

  const exported = await nightshift(["replay", night.id, "--export", folder], { DATABASE_URL: night.db.url });
  expect(exported).toMatchObject({ code: 0 });

  // A database that does not answer: whoever would ask it fails.
  const elsewhere = { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" };
  const there = await nightshift(["replay", folder, "--json"], elsewhere);
  const here = await night.responder.replay(night.id, { mode: "faithful" }, ana);

  expect(there.code).toBe(0);
  const replay = JSON.parse(there.stdout);
  expect(replay).toMatchObject({ status: "done", identical: true });
  expect(replay.steps).toEqual((await night.responder.showReplay(here ?? ""))?.steps);

  const decision = { kind: "rejected", by: "bo", why: null } as const;
  const other = await replayFromFolder(folder, { mode: "what-if", changes: { decision } });
  expect(told(other)).toContain("Goes another way at step 6, await-approval");

  const journal = join(folder, "journal.jsonl");
  expect((await nightshift(["audit", "verify", "--file", journal], elsewhere)).code).toBe(0);
  writeFileSync(journal, readFileSync(journal, "utf8").replace("approved by ana", "approved by bob"));
  await expect(replayFromFolder(folder, { mode: "faithful" })).rejects.toThrow("its chain breaks at entry");
  rmSync(join(folder, "tape.jsonl"));
  await expect(replayFromFolder(folder, { mode: "faithful" })).rejects.toThrow("tape.jsonl");
}, 120_000);
