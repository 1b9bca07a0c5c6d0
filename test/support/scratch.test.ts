import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

/** A run that leaves a folder behind; killed, it cannot remove even its own. */
const run = (outside: string, end: string): string => {
  const own = JSON.stringify(pathToFileURL("test/support/scratch.ts").href);
  const program = `import ownScratch from ${own}; import { mkdtempSync } from "node:fs"; import { tmpdir } from "node:os";
    ownScratch(); console.log(mkdtempSync(tmpdir() + "/left-")); ${end}`;
  const options = { env: { ...process.env, TMPDIR: outside }, encoding: "utf8" } as const;
  return spawnSync(process.execPath, ["--input-type=module", "-e", program], options).stdout.trim();
};

test("a run leaves nothing among the temporary files, and removes what a killed one has left", () => {
  const outside = mkdtempSync(join(tmpdir(), "outside-"));

  const left = run(outside, 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {});');
  expect(left).toContain(outside);
  expect(existsSync(left)).toBe(true);

  expect(run(outside, "")).toContain(outside);
  expect(readdirSync(outside)).toEqual([]);
});

test("test files have the folder of their run", () => {
  expect(tmpdir()).toContain("nightshift-run-");
});
