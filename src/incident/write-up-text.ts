/** Widest line of a report; commands alone may be longer, for they are typed as they stand. */
export const columns = 100;

// Terminal escapes, control characters, and the invisible ones that reorder or hide text.
const unseen = /\p{Cc}\[[0-9;?]*[ -/]*[@-~]|\p{Cc}|\p{Cf}/gu;

// A line of many megabytes is cut before any pattern runs over it.
const firstOf = (text: string, most: number): string => text.slice(0, most * 4 + 200);

const clip = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** Mentions, tags, links and images of chat and Markdown become text that does nothing. */
const tame = (text: string): string =>
  text
    .replaceAll("<", "‹")
    .replaceAll(">", "›")
    .replace(/(^|[^\w/.:-])@(?=\w)/g, "$1(at)")
    .replace(/\]\s*([([])/g, "] $1")
    .replace(/\b([a-z][a-z0-9+.-]*):\/\//gi, "$1[:]//")
    .replace(/\b(mailto|javascript|data):/gi, "$1[:]");

const blanked = (text: string): string => text.replace(/\s/g, " ").replace(unseen, "");
const oneLine = (text: string): string => blanked(text).replace(/ +/g, " ").trim();

// Wrapping may put any word at the start of a line, where these would be a heading, a rule or a fence.
const lineMarks = /(^| )(#{1,6}|={2,}|[-*_]{3,}|~{3,}\S*)(?= |$)/g;

/** Text from outside as part of a sentence. Balanced single backticks stay; anything that could open a fence does not. */
export const prose = (text: string, most: number): string => {
  const line = tame(clip(oneLine(firstOf(text, most)).replace(/`{2,}/g, "'").replace(lineMarks, "$1·"), most));
  return (line.match(/`/g) ?? []).length % 2 === 0 ? line : line.replaceAll("`", "'");
};

/** Text from outside as a name: no markup at all. */
export const name = (text: string, most = 80): string => prose(text, most).replaceAll("`", "'").replace(/[*|]/g, "");

/** A line from outside inside a code fence. */
export const quoted = (text: string, most = columns): string =>
  clip(tame(blanked(firstOf(text, most)).trimEnd().replaceAll("`", "'")), most);

/** A command to type: whole, on one line, without anything that ends the fence or calls people. */
export const command = (text: string): string =>
  blanked(firstOf(text, 1_000))
    .replaceAll("`", "'")
    .replace(/<(?=[!@#])/g, "‹");

/** Breaks a paragraph at blanks; the first line is as the text begins, the others are indented. */
export const wrap = (text: string, indent = ""): string[] => {
  const lines: string[] = [];
  for (const word of text.split(" ").map((one) => clip(one, columns - indent.length))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : indent + word);
  }
  return lines;
};

export const fence = (lines: readonly string[], language = ""): string[] =>
  lines.length === 0 ? [] : [`\`\`\`${language}`, ...lines, "```"];

export const clockTime = (iso: string): string => `${iso.slice(11, 16)} UTC`;
export const dayAndTime = (iso: string): string => `${iso.slice(0, 10)} ${clockTime(iso)}`;
