import { webAddress } from "../incident/links.ts";
import { type Notice, textOf } from "../incident/notice.ts";
import { decisionBlock, expiryText } from "./slack-buttons.ts";
import { partsOf } from "./slack-sections.ts";
import { cut, escaped, mrkdwn } from "./slack-text.ts";

const maxMessage = 9000;
const maxSection = 2900;
const maxSections = 3;
const maxLinks = 1500;

const sections = (text: string): string[] => partsOf(text, maxSection, maxSections);

const anchor = (link: string, text: string): string | null => {
  const address = webAddress(link)?.replaceAll("&", "&amp;") ?? null;
  // Half an address would be a wrong one.
  return address === null || address.length > 500 ? null : `<${address}|${escaped(text).replaceAll("|", "")}>`;
};

const linkOf = (link: string): string => anchor(link, "Open the incident") ?? "the report is on the page";

/** As many as there is room for. */
const linkBlocks = (links: Notice["links"] = []) => {
  let text = "";
  for (const { text: label, url } of links) {
    const more = anchor(url, label.slice(0, 100));
    if (more !== null && text.length + more.length + 3 <= maxLinks) text = text === "" ? more : `${text} · ${more}`;
  }
  return text === "" ? [] : [{ type: "context" as const, elements: [{ type: "mrkdwn" as const, text }] }];
};

const section = (text: string) => ({
  type: "section" as const,
  text: { type: "mrkdwn" as const, text, verbatim: true },
});

const maxHeader = 150;

/** Of a long title the end is kept, which says how it stands with it. */
const headerOf = (title: string): string => {
  if (title.length <= maxHeader) return title;
  const standing = title.slice(title.lastIndexOf(", ")).slice(0, 60);
  return `${title.slice(0, maxHeader - standing.length - 1)}…${standing}`;
};

/** The card of one incident: title, text, the buttons while a decision is wanted, severity, link. */
export const messageOf = (notice: Notice) => {
  const { title, severity, link, links, decision } = notice;
  const expiry = decision ? [expiryText(decision)] : [];
  const footer = [cut(escaped(severity).slice(0, 20), 100), ...expiry, linkOf(link)].join(" · ");
  const buttons = decision ? [decisionBlock(decision)] : [];
  const more = linkBlocks(links);
  const room = maxMessage - 150 - footer.length - JSON.stringify([...buttons, ...more]).length;
  return {
    text: cut(escaped(`[${severity}] ${title}`), 1000),
    blocks: [
      {
        type: "header" as const,
        text: { type: "plain_text" as const, text: headerOf(title) || "Incident", emoji: false },
      },
      ...sections(cut(mrkdwn(textOf(notice)), room)).map(section),
      ...buttons,
      ...more,
      { type: "context" as const, elements: [{ type: "mrkdwn" as const, text: footer }] },
    ],
  };
};

/** An answer in the thread of the card: the details, and nothing to click on but the way to the page. */
export const replyOf = (notice: Notice) => ({
  text: cut(escaped(notice.happened?.line ?? notice.title), 1000),
  blocks: [
    ...sections(cut(mrkdwn(textOf(notice)), maxMessage - 700)).map(section),
    { type: "context" as const, elements: [{ type: "mrkdwn" as const, text: linkOf(notice.link) }] },
  ],
});
