import { anchors } from "./links.ts";

export interface Section {
  heading: string;
  text: string;
  /** Where it is linked; of the heading above where it has none of its own, empty at the top of the page. */
  anchor: string;
  /** Of its heading, 1 to 6; a bold line is below all of them, and the top of the page above. */
  level: number;
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
const cut = ({ text, ...place }: Section): Section[] => {
  const pieces: string[] = [""];
  for (const paragraph of text.split(/\n\s*\n/)) {
    const last = pieces.at(-1) ?? "";
    if (last !== "" && last.length + paragraph.length > mostCharacters) pieces.push(paragraph);
    else pieces[pieces.length - 1] = last === "" ? paragraph : `${last}\n\n${paragraph}`;
  }
  return pieces.map((piece) => ({ ...place, text: piece }));
};

/** The heading that a line is, and whether a browser links it. */
const headingOf = (line: string, underlined: boolean): { heading: string; linked: boolean } | null => {
  const own = underlined ? line.trim() : anchoredHeading(line);
  const heading = own ?? plainHeading(line);
  return heading === null ? null : { heading, linked: own !== null };
};

const lowest = 7;

const levelOf = (line: string, next: string | undefined, underlined: boolean): number => {
  if (underlined) return next?.startsWith("=") ? 1 : 2;
  const marks = /^(#{1,6})\s/.exec(line)?.[1]?.length;
  return marks ?? Number(/^\s*<?h([1-6])[.>\s]/i.exec(line)?.[1] ?? lowest);
};

/** Splits Markdown at its headings; a `#` inside a code fence is a comment, not a heading. */
export const sectionsOf = (markdown: string): Section[] => {
  const anchorFor = anchors();
  const sections: (Omit<Section, "text"> & { lines: string[] })[] = [{ heading: "", lines: [], anchor: "", level: 0 }];
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
      sections.push({ heading: found.heading, lines: [], anchor, level: levelOf(line, lines[at + 1], underlined) });
    }
    if (underlined) at++;
  }
  return sections
    .map(({ lines: own, ...place }) => ({ ...place, text: own.join("\n").trim() }))
    .filter(({ heading, text }) => heading !== "" || text !== "")
    .flatMap(cut);
};
