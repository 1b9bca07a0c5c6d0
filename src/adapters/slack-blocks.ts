import type { Notice } from "../incident/notice.ts";

const maxMessage = 9000;
const maxSection = 2900;
const maxSections = 3;

/** Nothing in the text can mention a channel, open a link or leave its code fence. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("`", "\u02cb");

// An entity that is cut in two would show as rubbish.
const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/&[a-z]*$/, "")}…`;

const sections = (text: string): string[] => {
  const parts: string[] = [];
  let rest = cut(text, maxSection * maxSections - 100);
  while (rest !== "" && parts.length < maxSections) {
    const part = rest.length <= maxSection ? rest : rest.slice(0, maxSection).replace(/&[a-z]*$/, "");
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return parts;
};

const linkOf = (link: string): string => `<${encodeURI(link).replace(/[<>|]/g, "")}|Open the incident>`;

const section = (text: string) => ({
  type: "section" as const,
  text: { type: "mrkdwn" as const, text, verbatim: true },
});

/** The card of one incident: title, severity, text, link. */
export const messageOf = ({ title, severity, text, link }: Notice) => {
  const footer = cut(`${escaped(severity).slice(0, 20)} · ${linkOf(link)}`, 400);
  const room = maxMessage - 150 - footer.length;
  return {
    text: cut(escaped(`[${severity}] ${title}`), 1000),
    blocks: [
      {
        type: "header" as const,
        text: { type: "plain_text" as const, text: title.slice(0, 150) || "Incident", emoji: false },
      },
      ...sections(cut(escaped(text), room)).map(section),
      { type: "context" as const, elements: [{ type: "mrkdwn" as const, text: footer }] },
    ],
  };
};
