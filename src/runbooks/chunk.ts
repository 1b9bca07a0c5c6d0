import { anchors } from "./links.ts";

export interface Section {
  heading: string;
  text: string;
  /** Where it is linked; of the heading above where it has none of its own, empty at the top of the page. */
  anchor: string;
}

// A longer line is text, whatever it begins with; no pattern for headings has to read it.
const longestHeading = 500;

const htmlHeading = /^\s*<h([1-6])[^>]*>(.+?)<\/h\1>\s*$/i;
const boldLine = /^\s*(\*\*|__|\*)(?=\S)([^*_|]{2,80}?)\1:?\s*$/;

/** A heading that stands in one line, and is one in a browser, too: Markdown or HTML. */
const anchoredHeading = (line: string): string | null =>
  /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1] ?? htmlHeading.exec(line)?.[2]?.replace(/<[^>]+>/g, "") ?? null;

/** What people mean as one: a wiki's `h2.`, or a line that is bold as a whole. */
const plainHeading = (line: string): string | null =>
  /^h[1-6]\.\s+(.+)$/.exec(line)?.[1] ?? boldLine.exec(line)?.[2] ?? null;

/** A line of text above a line of `===` or `---`. */
const isUnderlined = (line: string, next: string | undefined): boolean =>
  /^\S.{0,120}$/.test(line) && !/^([-*>|`#]|\d+\.)/.test(line) && /^(={3,}|-{3,})\s*$/.test(next ?? "");

// About what a sentence model reads at once.
const mostCharacters = 1_200;

/** A long stretch without headings is cut at its blank lines. */
const cut = ({ heading, text, anchor }: Section): Section[] => {
  const pieces: string[] = [""];
  for (const paragraph of text.split(/\n\s*\n/)) {
    const last = pieces.at(-1) ?? "";
    if (last !== "" && last.length + paragraph.length > mostCharacters) pieces.push(paragraph);
    else pieces[pieces.length - 1] = last === "" ? paragraph : `${last}\n\n${paragraph}`;
  }
  return pieces.map((piece) => ({ heading, text: piece, anchor }));
};

/** The heading that a line is, and whether a browser links it. */
const headingOf = (line: string, underlined: boolean): { heading: string; linked: boolean } | null => {
  const own = underlined ? line.trim() : anchoredHeading(line);
  const heading = own ?? plainHeading(line);
  return heading === null ? null : { heading, linked: own !== null };
};

/** Splits Markdown at its headings; a `#` inside a code fence is a comment, not a heading. */
export const sectionsOf = (markdown: string): Section[] => {
  const anchorFor = anchors();
  const sections: { heading: string; lines: string[]; anchor: string }[] = [{ heading: "", lines: [], anchor: "" }];
  const lines = markdown.split(/\r?\n/);
  let fenced = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const isText = fenced || line.length > longestHeading;
    const underlined = !isText && isUnderlined(line, lines[at + 1]);
    const found = isText ? null : headingOf(line, underlined);
    if (found === null) sections.at(-1)?.lines.push(line);
    else {
      const anchor = found.linked ? anchorFor(found.heading) : (sections.at(-1)?.anchor ?? "");
      sections.push({ heading: found.heading, lines: [], anchor });
    }
    if (underlined) at++;
  }
  return sections
    .map(({ heading, lines: own, anchor }) => ({ heading, text: own.join("\n").trim(), anchor }))
    .filter(({ heading, text }) => heading !== "" || text !== "")
    .flatMap(cut);
};
