import { costPart, tierLines } from "./write-up-cost.ts";
import { linksPart } from "./write-up-links.ts";
import { gapsPart, nextPart, runbooksPart } from "./write-up-next.ts";
import { nowPart } from "./write-up-now.ts";
import {
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
import { wrap } from "./write-up-text.ts";

export type { WriteUpInput } from "./write-up-parts.ts";

/** One screen of a phone held by somebody who was asleep a minute ago. */
export const mostLines = 45;

const rooms: readonly Room[] = [
  { words: 700, quotes: 4, diff: 12 },
  { words: 560, quotes: 3, diff: 8 },
  { words: 440, quotes: 3, diff: 6 },
  { words: 360, quotes: 2, diff: 4 },
  { words: 320, quotes: 1, diff: 2 },
];

const paragraphs = (parts: readonly (readonly string[])[]): string[] =>
  parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ["", ...part]));

const render = (input: WriteUpInput, room: Room): string[] => [
  ...wrap(`# ${headline(input)}`),
  "",
  ...whyPart(input),
  ...nowPart(input),
  ...sinceWhen(input),
  "",
  ...paragraphs([
    causePart(input, room),
    similarPart(input),
    planPart(input, room),
    verdictPart(input),
    nextPart(input),
    gapsPart(input),
    [
      ...runbooksPart(input),
      ...linksPart(input),
      ...wrap(`**Page:** ${input.links.page} · cost: ${costPart(input)}`),
      ...tierLines(input, 90).flatMap((line) => wrap(`- ${line}`, "  ")),
    ],
  ]),
];

const shortest = (input: WriteUpInput): string[] => {
  const tries = rooms.map((room) => render(input, room));
  return tries.find((lines) => lines.length <= mostLines) ?? tries.at(-1) ?? [];
};

/** The incident report. Every claim in it cites evidence that is stored; what has none is left out and said so. */
export const writeUp = (input: WriteUpInput): string => `${shortest(input).join("\n")}\n`;
