import { costPart } from "./write-up-cost.ts";
import { asksNext, nextPart } from "./write-up-next.ts";
import { nowPart, withoutNow } from "./write-up-now.ts";
import {
  asksTitle,
  causePart,
  headline,
  planPart,
  type Room,
  sinceWhen,
  verdictPart,
  type WriteUpInput,
  whyPart,
} from "./write-up-parts.ts";
import { similarPart } from "./write-up-similar.ts";

const mostCardCharacters = 2_500;
const mostTitle = 200;

const clipTitle = (text: string): string => (text.length <= mostTitle ? text : `${text.slice(0, mostTitle - 1)}…`);

/** Keeps whole blocks from the front while they fit: half a command is worse than none. The link always fits. */
const fitting = (blocks: readonly (readonly string[])[], last: string): string => {
  const kept: string[] = [];
  let room = mostCardCharacters - last.length - 1;
  for (const block of blocks) {
    const text = block.join("\n");
    if (text === "" || text.length + 1 > room) continue;
    kept.push(text);
    room -= text.length + 1;
  }
  return [...kept, last].join("\n");
};

const chatRoom: Room = { words: 560, quotes: 3, diff: 8 };
const pagerRoom: Room = { words: 440, quotes: 2, diff: 4 };

const blocks = (input: WriteUpInput, room: Room): (readonly string[])[] => [
  [...whyPart(input), ...nowPart(input)],
  sinceWhen(input),
  causePart(input, room),
  similarPart(input),
  planPart(input, room),
  verdictPart(input),
  nextPart(input),
];

const lastLine = ({ links }: WriteUpInput): string => `Full report: ${links.page.slice(0, 500)}`;

/** What a person reads in one place. */
export interface Message {
  title: string;
  text: string;
}

/** For chat: what is broken, why, what is proposed and how to decide; kept up to date in one message. */
export const card = (input: WriteUpInput): Message => ({
  title: clipTitle(headline(input)),
  text: fitting(blocks(input, chatRoom), `${lastLine(input)} (${costPart(input)})`),
});

// Pagers show text as it is.
const plain = (text: string): string => text.replace(/^```.*\n?/gm, "").replaceAll("**", "");

/** The card for a place that renders no Markdown. */
export const noteText = (input: WriteUpInput): Message => {
  const { title, text } = card(input);
  return { title, text: plain(text) };
};

/** For the pager: it rings whatever else is down, so it leads with why a person is needed. */
export const pageText = (input: WriteUpInput): Message => {
  const text = fitting(blocks(input, pagerRoom), lastLine(input));
  return { title: clipTitle(headline(input)), text: plain(text) };
};

/** A card whose question was answered: it asks nothing any more, and its title says by whom. */
export const answered = ({ title, text }: Message, ending: string, time: string): Message => {
  const [from, to] = [text.indexOf(asksNext), text.lastIndexOf("\nFull report: ")];
  const rest = withoutNow(from < 0 || to < from ? text : `${text.slice(0, from)}${text.slice(to + 1)}`);
  return {
    title: clipTitle(title.replace(asksTitle, ending.split(":")[0]?.toUpperCase() ?? "")),
    text: `**${ending}** (${time} UTC)\n${rest}`,
  };
};
