import type { Notice } from "../incident/notice.ts";
import { decisionBlock, expiryText } from "./slack-buttons.ts";
import { cut, escaped, mrkdwn } from "./slack-text.ts";

const maxMessage = 9000;
const maxSection = 2900;
const maxSections = 3;

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

const linkOf = (link: string): string => {
  const address = encodeURI(link).replace(/[<>|]/g, "");
  // Half an address would be a wrong one.
  return address.length > 500 ? "the report is on the page" : `<${address}|Open the incident>`;
};

const section = (text: string) => ({
  type: "section" as const,
  text: { type: "mrkdwn" as const, text, verbatim: true },
});

/** The card of one incident: title, text, the buttons while a decision is wanted, severity, link. */
export const messageOf = ({ title, severity, text, link, decision }: Notice) => {
  const expiry = decision ? [expiryText(decision)] : [];
  const footer = [cut(escaped(severity).slice(0, 20), 100), ...expiry, linkOf(link)].join(" · ");
  const buttons = decision ? [decisionBlock(decision)] : [];
  const room = maxMessage - 150 - footer.length - JSON.stringify(buttons).length;
  return {
    text: cut(escaped(`[${severity}] ${title}`), 1000),
    blocks: [
      {
        type: "header" as const,
        text: { type: "plain_text" as const, text: title.slice(0, 150) || "Incident", emoji: false },
      },
      ...sections(cut(mrkdwn(text), room)).map(section),
      ...buttons,
      { type: "context" as const, elements: [{ type: "mrkdwn" as const, text: footer }] },
    ],
  };
};
