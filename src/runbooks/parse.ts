import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { type Section, sectionsOf } from "./chunk.ts";

export interface Page {
  /** Path below its folder. */
  path: string;
  /** Address of its folder for people; null: none is known. */
  base: string | null;
  title: string;
  alerts: string[];
  classes: string[];
  /** What it is called: its title, aliases and alerts. */
  names: string[];
  /** What else its front matter says in words: aliases, tags, a summary. */
  words: string;
  sections: Section[];
}

export interface MarkdownFile {
  path: string;
  text: string;
  base?: string | null;
}

// A page that is called 503 is called by a word.
const Name = z.union([z.string(), z.number().transform(String)]);
const Names = z
  .union([Name, z.array(Name)])
  .nullish()
  .transform((value) => (typeof value === "string" ? [value] : (value ?? [])));

// Other keys belong to the wiki the page came from; they are not ours to refuse.
const FrontMatter = z.looseObject({ title: Name.nullish(), alerts: Names, classes: Names });
const spoken = [
  "aliases",
  "alias",
  "tags",
  "labels",
  "keywords",
  "summary",
  "description",
  "symptoms",
  "alert",
] as const;

const aliasesOf = (front: Record<string, unknown>): string[] =>
  [front.aliases, front.alias, front.alert].flat().filter((value) => typeof value === "string");

const wordsOf = (front: Record<string, unknown>): string =>
  spoken
    .flatMap((key) => front[key] ?? [])
    .flat()
    .filter((value) => typeof value === "string")
    .join("\n");

const ours = new RegExp(`^(${["title", "alerts", "classes", ...spoken].join("|")})\\s*:`, "m");

/** What stands between two lines of `---`; null: no front matter, but text between two rules. */
const frontOf = (block: string): unknown => {
  try {
    const front: unknown = parseYaml(block);
    if (typeof front === "object" && front !== null && !Array.isArray(front)) return front;
    return block.trim() === "" ? {} : null;
  } catch (error) {
    if (ours.test(block)) throw error;
    return null;
  }
};

const split = (text: string): { front: unknown; body: string } => {
  const found = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  const front = found === null ? null : frontOf(found[1] ?? "");
  return found === null || front === null ? { front: {}, body: text } : { front, body: text.slice(found[0].length) };
};

export const fileTitle = (path: string): string => (path.split("/").at(-1) ?? path).replace(/\.(md|markdown)$/i, "");

// Said by the wiki about the page, not by the page.
const isNoise = (line: string): boolean =>
  /^\s*(<!--|\{toc|\[TOC\]|created by|last modified|page tree|owner:|!\[)/i.test(line) || line.trim() === "";

/** A page that begins with a short line instead of a heading is named by it. */
const firstLine = (sections: readonly Section[]): string | undefined => {
  const [first] = sections;
  if (first === undefined || first.heading !== "") return undefined;
  const line = first.text.split("\n").find((one) => !isNoise(one));
  return line !== undefined && line.length <= 80 && !/[.:;{}|`>]\s*$|^[\s>|`-]/.test(line) ? line.trim() : undefined;
};

/** Throws when the front matter is not what it should be; a page without any is fine. */
export const parsePage = ({ path, text, base = null }: MarkdownFile): Page => {
  const { front, body } = split(text.replace(/^\uFEFF/, ""));
  const known = FrontMatter.parse(front);
  const { title, alerts, classes } = known;
  const sections = sectionsOf(body);
  const heading = sections.find((section) => section.heading !== "")?.heading;
  const called = title ?? firstLine(sections) ?? heading ?? fileTitle(path);
  return {
    path,
    base,
    title: called,
    names: [called, ...aliasesOf(known), ...alerts],
    alerts,
    classes,
    words: wordsOf(known),
    sections,
  };
};

const reason = (error: unknown): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
    : error instanceof Error
      ? (error.message.split("\n")[0] ?? "")
      : String(error);

/** One bad page must not take the others away: it is left out and named. */
export const parsePages = (files: readonly MarkdownFile[]): { pages: Page[]; warnings: string[] } => {
  const pages: Page[] = [];
  const warnings: string[] = [];
  for (const file of files) {
    try {
      pages.push(parsePage(file));
    } catch (error) {
      warnings.push(`runbook ${file.path} is left out, its front matter cannot be read: ${reason(error)}`);
    }
  }
  return { pages, warnings };
};
