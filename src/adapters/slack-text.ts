/** Nothing in the text can mention a channel, open a link or leave its code fence. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("`", "\u02cb");

const line = (text: string): string =>
  /^```[a-z]*$/.test(text)
    ? "```"
    : escaped(text)
        .replace(/\*\*(.+?)\*\*/g, "*$1*")
        .replace(/^#+ (.*)$/, "*$1*");

/** Our Markdown as Slack writes it: bold, headings, and the fences that stand alone on their line; all else is text. */
export const mrkdwn = (text: string): string => text.split("\n").map(line).join("\n");

// An entity that is cut in two would show as rubbish.
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/&[a-z]*$/, "")}…`;
