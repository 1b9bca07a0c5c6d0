import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { type Section, sectionsOf } from "./chunk.ts";

export interface Page {
  /** Path below its folder. */
  path: string;
  title: string;
  alerts: string[];
  classes: string[];
  sections: Section[];
}

export interface MarkdownFile {
  path: string;
  text: string;
}

const Names = z
  .union([z.string(), z.array(z.string())])
  .nullish()
  .transform((value) => (typeof value === "string" ? [value] : (value ?? [])));

// Other keys belong to the wiki the page came from; they are not ours to refuse.
const FrontMatter = z.looseObject({ title: z.string().nullish(), alerts: Names, classes: Names });

const split = (text: string): { front: unknown; body: string } => {
  const found = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  return found === null
    ? { front: {}, body: text }
    : { front: parseYaml(found[1] ?? ""), body: text.slice(found[0].length) };
};

const fileTitle = (path: string): string => (path.split("/").at(-1) ?? path).replace(/\.(md|markdown)$/i, "");

/** Throws when the front matter is not what it should be; a page without any is fine. */
export const parsePage = ({ path, text }: MarkdownFile): Page => {
  const { front, body } = split(text.replace(/^\uFEFF/, ""));
  const { title, alerts, classes } = FrontMatter.parse(front ?? {});
  const sections = sectionsOf(body);
  const heading = sections.find((section) => section.heading !== "")?.heading;
  return { path, title: title ?? heading ?? fileTitle(path), alerts, classes, sections };
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
