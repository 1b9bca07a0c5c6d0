import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { append, read } from "../../src/store/journal.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { subject } from "../support/incidents.ts";

const at = new Date("2026-11-23T02:00:00Z");

/** Two incidents of five entries, as `audit export` prints them. */
const exported = async (): Promise<string[]> => {
  const db = await freshDatabase();
  const lines: string[] = [];
  for (const id of ["inc_1", "inc_2"]) {
    const fresh = { id, subject: { ...subject, name: id }, severity: "warning", graphVersion: 1 };
    await openIncidents(db.pool, [{ ...fresh, openedAt: at, deadlineAt: at }]);
    for (let n = 1; n <= 5; n++) {
      const entry = { kind: "step", actor: "gather", line: `entry ${n} of ${id}`, data: { n } };
      await append(db.pool, id, { at: at.toISOString(), ...entry });
    }
    lines.push(...(await read(db.pool, id)).map((row) => JSON.stringify({ incidentId: id, ...row })));
  }
  return lines;
};

const verify = async (lines: readonly string[]): Promise<{ code: number; said: string }> => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "dump.jsonl");
  writeFileSync(file, `${lines.join("\n")}\n`);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["src/cli.ts", "audit", "verify", "--file", file]);
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
};

const swapped = (lines: string[], a: number, b: number): string[] =>
  lines.map((line, n) => (n === a ? lines[b] : n === b ? lines[a] : line) ?? line);

test("a dump as it was exported holds", async () => {
  expect(await verify(await exported())).toMatchObject({ code: 0, said: expect.stringContaining("10 entries of 2") });
});

test.each([
  ["a changed line", (lines: string[]) => lines.map((line) => line.replace("entry 3 of inc_2", "entry 9 of inc_2")), 3],
  [
    "a changed person",
    (lines: string[]) => lines.map((line, n) => (n === 7 ? line.replace("gather", "eve") : line)),
    3,
  ],
  ["changed data", (lines: string[]) => lines.map((line, n) => (n === 7 ? line.replace('"n":3', '"n":4') : line)), 3],
  ["a removed line", (lines: string[]) => lines.filter((_, n) => n !== 7), 4],
  ["a removed first line", (lines: string[]) => lines.filter((_, n) => n !== 5), 2],
  ["a line inserted twice", (lines: string[]) => [...lines.slice(0, 8), ...lines.slice(7)], 3],
  [
    "a line of another incident",
    (lines: string[]) => [...lines.slice(0, 7), lines[2]?.replace("inc_1", "inc_2") ?? "", ...lines.slice(7)],
    3,
  ],
  ["two lines that changed places", (lines: string[]) => swapped(lines, 6, 7), 3],
])("%s is found", async (_what, harm, where) => {
  const { code, said } = await verify(harm(await exported()));

  expect(code).toBe(1);
  expect(said).toMatch(new RegExp(`inc_2: the chain breaks at entry ${where}`));
});
