import type { Struck } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Claim } from "../tools/conclude.ts";
import { flow } from "./diagnose-object.ts";
import { clipped, evened } from "./diagnose-text.ts";

const shortestQuote = 4;
const longestClaim = 500;

/** What a claim is held against. */
export interface Shown {
  evidence: readonly Evidence[];
  /** What the model was shown of each piece of evidence. */
  sections: ReadonlyMap<string, string>;
}

export interface Weighed {
  kept: Claim[];
  struck: Struck[];
  /** Whether the first claim, which names the cause, is among what was kept. */
  holds: boolean;
}

const rawText = ({ answer }: Evidence): string => {
  if (answer.kind !== "found") return "";
  const { body } = answer;
  switch (body.kind) {
    case "objects":
      return `${body.objects.map(flow).join("\n")}\n${JSON.stringify(body.objects).replaceAll('\\"', '"')}`;
    case "names":
      return body.names.join(", ");
    case "log":
    case "text":
      return body.text;
    case "series":
      return JSON.stringify(body.series);
  }
};

const says = ({ sections }: Shown, one: Evidence, text: string): boolean => {
  const words = evened(text);
  return evened(sections.get(one.id) ?? "").includes(words) || evened(rawText(one)).includes(words);
};

const quotation = /"([^"]{3,})"|`([^`]{3,})`|“([^”]{3,})”/g;
// A number by itself, with its unit: 137, 128Mi, 99.9%. Shorter ones are counted by people and occur everywhere.
const number = /(?<![\w.:-])\d[\d.]*\d[a-z%]{0,3}(?![\w:-])/gi;

/** What a sentence says that its evidence must say, too: what stands in quotation marks, and numbers. */
const valuesIn = (text: string): string[] => [
  ...[...text.matchAll(quotation)].map(([, ...groups]) => groups.find((group) => group !== undefined) ?? ""),
  ...[...text.replaceAll(quotation, "").matchAll(number)].map(([found]) => found).filter(({ length }) => length >= 3),
];

/** Why this claim cannot stand; null: the evidence it cites carries it. */
const whyStruck = (shown: Shown, { text, evidence, quote }: Claim): string | null => {
  if (evened(text) === "") return "it says nothing";
  const one = shown.evidence.find(({ id }) => id === evidence);
  if (one === undefined) return `there is no evidence ${clipped(evidence, 20)}`;
  if (evened(quote).length < shortestQuote) return `the quote of ${evidence} is empty`;
  const foreign = [quote, ...valuesIn(text).map((value) => value.replace(/[.,;]$/, ""))].find(
    (value) => !says(shown, one, value),
  );
  return foreign === undefined ? null : `${evidence} does not say ${JSON.stringify(clipped(evened(foreign), 80))}`;
};

/** What it was then may be what it is now, but does not show it. */
const whyNoCause = ({ evidence }: Shown, claim: Claim): string | null =>
  evidence.some(({ id, question }) => id === claim.evidence && question.ask === "past")
    ? `${claim.evidence} tells of past incidents: the first claim cites what is seen now`
    : null;

/** Each claim by itself against the evidence it cites. What that does not carry is taken out, and the others stand. */
export const weighed = (shown: Shown, claims: readonly Claim[]): Weighed => {
  const [first, ...others] = claims;
  const reasons = [
    ...(first === undefined ? [] : [whyStruck(shown, first) ?? whyNoCause(shown, first)]),
    ...others.map((claim) => whyStruck(shown, claim)),
  ];
  return {
    kept: claims.filter((_, at) => reasons[at] === null),
    struck: claims.flatMap(({ text }, at) => {
      const why = reasons[at];
      return typeof why === "string" ? [{ text: clipped(evened(text), longestClaim), why }] : [];
    }),
    holds: reasons[0] === null,
  };
};
