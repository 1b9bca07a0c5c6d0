import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { walkNight } from "./stage.ts";

const run = promisify(execFile);

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
  const here = await nightshift(["replay", night.id, "--json"], { DATABASE_URL: night.db.url });

  // A database that does not answer: whoever would ask it fails.
  const elsewhere = { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" };
  const there = await nightshift(["replay", folder, "--json"], elsewhere);
  const asked = join(folder, "what-if.json");
  writeFileSync(asked, JSON.stringify({ decision: { kind: "rejected", by: "bo" } }));
  const other = await nightshift(["replay", folder, "--what-if", asked], elsewhere);

  expect(there.code).toBe(0);
  expect(JSON.parse(there.stdout)).toMatchObject({ status: "done", identical: true });
  expect(JSON.parse(there.stdout).steps).toEqual(JSON.parse(here.stdout).steps);
  expect(other.code).toBe(0);
  expect(other.stdout).toContain("await-approval");
  expect(await nightshift(["audit", "verify", "--file", join(folder, "journal.jsonl")])).toMatchObject({ code: 0 });

  const journal = join(folder, "journal.jsonl");
  writeFileSync(journal, readFileSync(journal, "utf8").replace("approved by ana", "approved by bob"));
  const tampered = await nightshift(["replay", folder]);
  expect(tampered.code).toBe(1);
  expect(tampered.stdout).toContain("its chain breaks at entry");
});
