import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";

const chain = ["server", "responder", "replay", "graph", "nodes"];
const side = ["tools", "rules", "actions", "runbooks"];
const ground = ["ports", "incident"];
const leaves: Record<string, string[]> = {
  store: ["incident"],
  intake: ["incident"],
  adapters: ["ports", "incident"],
  incident: [],
  ports: ["incident"],
};
const also: Record<string, string[]> = { server: ["intake"], responder: ["store", "intake"] };

/** Folders a file of `folder` may import from. The top files (main, cli), `commands` and `demo` put everything together. */
const top = ["", "commands", "demo"];
const allowed = (folder: string): string[] | "all" => {
  if (top.includes(folder)) return "all";
  if (leaves[folder]) return leaves[folder];
  if (side.includes(folder)) return ground;
  const at = chain.indexOf(folder);
  if (at < 0) return [];
  return [...chain.slice(at + 1), ...side, ...ground, ...(also[folder] ?? [])];
};

/** Top files that a folder below may import all the same: they know nothing of the program. */
const topFiles: Record<string, string[]> = { store: ["root.ts"] };

/** Paths below src; package.json lies above it. */
const importsOf = (path: string, text: string): string[] =>
  [...text.matchAll(/(?:from |import\()"(\.\.?\/[^"]+)"/g)]
    .map(([, to = ""]) => posix.join(posix.dirname(path), to))
    .filter((to) => !to.startsWith(".."));

const folderOf = (path: string): string => (path.includes("/") ? (path.split("/")[0] ?? "") : "");

const wrongArrows = (files: { path: string; text: string }[]): string[] =>
  files.flatMap(({ path, text }) => {
    const folder = folderOf(path);
    const may = allowed(folder);
    if (may === "all") return [];
    return importsOf(path, text)
      .filter((to) => folderOf(to) !== folder && !may.includes(folderOf(to)) && !topFiles[folder]?.includes(to))
      .map((to) => `${path} -> ${folderOf(to) || to}`);
  });

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path, text: readFileSync(`src/${path}`, "utf8") }));

test("arrows point one way", () => {
  expect(wrongArrows(sources)).toEqual([]);
});

test("the arrow test sees a wrong arrow", () => {
  expect(wrongArrows([{ path: "nodes/x.ts", text: 'import { a } from "../store/incidents.ts";' }])).toEqual([
    "nodes/x.ts -> store",
  ]);
  expect(wrongArrows([{ path: "incident/x.ts", text: 'import type { P } from "../ports/cluster.ts";' }])).toEqual([
    "incident/x.ts -> ports",
  ]);
  expect(wrongArrows([{ path: "nodes/deep/x.ts", text: 'const { a } = await import("../../config.ts");' }])).toEqual([
    "nodes/deep/x.ts -> config.ts",
  ]);
  expect(wrongArrows([{ path: "tools/x.ts", text: 'import { root } from "../root.ts";' }])).toEqual([
    "tools/x.ts -> root.ts",
  ]);
});

const banned = /\b(Date\.now|new Date\(\)|Math\.random|randomUUID|fetch\(|setTimeout|process\.env)/;
const pure = ["incident", "rules", "actions", "runbooks", "tools", "nodes", "graph"];

test("clocks, random numbers, sockets and the environment stay out of the walk", () => {
  const wrong = sources
    .filter(({ path }) => pure.includes(path.split("/")[0] ?? ""))
    .filter(({ text }) => banned.test(text))
    .map(({ path }) => path);

  expect(wrong).toEqual([]);
});

test("vendor packages are imported in adapters only", () => {
  const vendor =
    /from "(@kubernetes\/|@slack\/|@langchain\/openai|@langchain\/anthropic|@modelcontextprotocol\/|@aws-sdk\/)/;
  const wrong = sources
    .filter(({ path, text }) => !path.startsWith("adapters/") && vendor.test(text))
    .map(({ path }) => path);

  expect(wrong).toEqual([]);
});
