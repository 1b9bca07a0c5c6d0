import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import prices from "../src/adapters/prices.json" with { type: "json" };
import { variables } from "../src/config-table.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const pages = ["README.md", "HOW_IT_WORKS.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []);

/** Read by the AWS SDK, not by us. */
const ofOthers = ["AWS_REGION"];
/** Only in docker-compose.yml. */
const ofCompose = ["KUBECONFIG_FILE", "POSTGRES_PASSWORD", "NIGHTSHIFT_UID", "NIGHTSHIFT_GID"];
const known = Object.keys(variables);

test(".env.example names every variable of the table, and no other", () => {
  const named = new Set(all(read(".env.example"), /^(?:# )?([A-Z][A-Z0-9_]+)=/gm));

  expect(known.filter((name) => !named.has(name))).toEqual([]);
  expect([...named].filter((name) => !known.includes(name))).toEqual(ofOthers);
});

test.each([...pages, "docker-compose.yml", "Dockerfile"])("%s names no variable that is not in the table", (page) => {
  const ours = all(read(page), /\b((?:NIGHTSHIFT|SLACK|PAGERDUTY|KUBECONFIG|PROMETHEUS|LOKI)_[A-Z0-9_]+[A-Z0-9])\b/g);

  expect(ours.filter((name) => !known.includes(name) && !ofCompose.includes(name))).toEqual([]);
});

test.each([...pages, ".env.example", "src/config.ts"])("%s offers only models whose price is known", (page) => {
  const models = all(read(page), /\b(?:openai|anthropic):((?:gpt|o\d|claude)[\w.-]*\w)/g);

  expect(models.filter((model) => !(model in prices.models))).toEqual([]);
});

test.each(pages)("%s names only files, scripts and commands that exist", (page) => {
  const text = read(page);
  const links = all(text, /\]\((?!https?:)([^)#\s]+)/g).filter((to) => !existsSync(join(root, dirname(page), to)));
  const paths = all(text, /`((?:src|test|docs|deploy|bench|scripts|runbooks|migrations)\/[\w./-]+)`/g);
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
  const commands = all(read("src/cli.ts"), /^ {2}(\w+): async/gm);

  expect(links).toEqual([]);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(all(text, /npm run ([\w:]+)/g).filter((name) => !scripts.includes(name))).toEqual([]);
  expect(all(text, /(?:\.\/bin\/|`)nightshift ([a-z]+)/g).filter((name) => !commands.includes(name))).toEqual([]);
});
