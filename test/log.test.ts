import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "..", "src", "log.ts");

/** In a process of its own: pino writes to the real stderr. */
const said = async (level: string): Promise<string[]> => {
  const program = `
    const { makeLog } = await import(${JSON.stringify(source)});
    const log = makeLog(${JSON.stringify(level)});
    log("a fact");
    log("set something", {}, "warn");
    log("nobody has seen it", { key: "k" }, "error");`;
  const { stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return stderr.split("\n").flatMap((line) => (line.startsWith("{") ? [String(JSON.parse(line).msg)] : []));
};

test.each([
  ["info", ["a fact", "set something", "nobody has seen it"]],
  ["warn", ["set something", "nobody has seen it"]],
  ["error", ["nobody has seen it"]],
  ["silent", []],
])("at LOG_LEVEL=%s one hears %j", async (level, lines) => {
  expect(await said(level)).toEqual(lines);
});
