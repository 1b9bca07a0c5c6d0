export interface Section {
  heading: string;
  text: string;
}

const headingOf = (line: string): string | null => /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1] ?? null;

/** Splits Markdown at its headings; a `#` inside a code fence is a comment, not a heading. */
export const sectionsOf = (markdown: string): Section[] => {
  const sections: { heading: string; lines: string[] }[] = [{ heading: "", lines: [] }];
  let fenced = false;
  for (const line of markdown.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : headingOf(line);
    if (heading === null) sections.at(-1)?.lines.push(line);
    else sections.push({ heading, lines: [] });
  }
  return sections
    .map(({ heading, lines }) => ({ heading, text: lines.join("\n").trim() }))
    .filter(({ heading, text }) => heading !== "" || text !== "");
};
