import type { Struck } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Question } from "../incident/question.ts";
import type { Claim } from "../tools/conclude.ts";
import { flow } from "./diagnose-object.ts";
import { addresses, onlyTelling, readsAs } from "./diagnose-orders.ts";
import { headOf } from "./diagnose-section.ts";
import { cleaned, clipped, evened } from "./diagnose-text.ts";

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

/** What others told, not what is seen in the cluster. */
const isToldByOthers = ({ question: { ask } }: Evidence): boolean =>
  ask === "past" || ask === "runbooks" || ask === "source";

/** An alert's own words: what it says is what is to be explained. */
const isOfAlerts = ({ question, answer }: Evidence): boolean =>
  question.ask === "metric" && answer.kind === "found" && /\bALERTS(?:_FOR_STATE)?\b/.test(question.query);

const isHearsay = (one: Evidence, ending: Ending): boolean =>
  isToldByOthers(one) || (ending === "cause" && isOfAlerts(one));

/** The names that a question about objects holds; null for a question in free words, which may say anything. */
const namesIn = (question: Question): string[] | null => {
  switch (question.ask) {
    case "get":
    case "events":
      return [question.name];
    case "list":
      return question.selector?.split(/[^\w./-]+/).filter((word) => word !== "") ?? [];
    case "names":
      return [];
    case "logs":
      return [question.pod];
    default:
      return null;
  }
};

/** That there is none is said of what was asked: it counts where something else tells of that, too, not only the question. */
const absence = ({ evidence }: Shown, one: Evidence): string => {
  const told = evidence.filter((other) => !isToldByOthers(other)).map(rawText);
  const isKnown = namesIn(one.question)?.every((name) => told.some((text) => text.includes(name))) === true;
  return isKnown ? `${headOf(one)}: none None of: ${headOf(one)}` : "none";
};

/** What was answered, and what the model was shown of it, without the words of the question above it. */
const answerIn = (shown: Shown, one: Evidence): string[] => {
  if (one.answer.kind === "no-data") return [absence(shown, one)];
  const section = shown.sections.get(one.id) ?? "";
  const head = cleaned(headOf(one));
  return [section.startsWith(head) ? section.slice(head.length) : "", rawText(one)];
};

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** A number is said as a whole: neither 13 nor 37 is said by 137, nor, as a quote, 128 by 128Mi. */
const wholly = (text: string, unit: boolean): RegExp => {
  const before = /^\d/.test(text) ? "(?<!\\d|\\d\\.)" : "";
  const after = /\d$/.test(text) ? (unit ? "(?!\\d)" : "(?![\\da-zA-Z])") : "";
  return new RegExp(`${before}${escaped(text)}${after}`);
};

const says = (shown: Shown, one: Evidence, text: string): boolean => {
  const [even, pattern] = [evened(text), wholly(evened(text), false)];
  return answerIn(shown, one).some((answer) => evened(answer).includes(even) && pattern.test(evened(answer)));
};

/** Its letters stand there, but as a part of a longer number or name. */
const isCut = (shown: Shown, one: Evidence, text: string): boolean =>
  answerIn(shown, one).some((answer) => evened(answer).includes(evened(text)));

// Thousands in a sentence or a log; not the items of a list.
const thousands = /(?<![\d.,[])\d{1,3}(?:,\d{3})+(?![\d,\]])/g;
const withoutCommas = (text: string): string => text.replace(thousands, (found) => found.replaceAll(",", ""));
// 80,443 and 500,502,503 may be items as well; neither 1,500 nor 500,000 is.
const mayBeItems = /^\d{2,3}(?:,[1-9]\d\d)+$/;
const withItems = (text: string): string =>
  text.replace(thousands, (found) => (mayBeItems.test(found) ? found : found.replaceAll(",", "")));

/** 512MB is said by 512 MB, and MiB are Mi. */
const measured = (text: string): RegExp => {
  const [, digits, unit] = /^([\d.,]+)([a-z%]+)$/i.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return wholly(text, true);
  const as = unit.replace(/^([KMGTPE]i)B?$/, "$1B?");
  return new RegExp(`${wholly(digits, true).source}(?:${as}|\\s${as}(?![a-zA-Z]))`);
};

/** One writes 1,000,000 and 128 MiB, another 1000000 and 128Mi. */
const saysNumber = (shown: Shown, one: Evidence, text: string): boolean => {
  const whole = measured(withoutCommas(evened(text)));
  const item = measured(withItems(evened(text)));
  return answerIn(shown, one)
    .map(evened)
    .some((said) => whole.test(withoutCommas(said)) || whole.test(withItems(said)) || item.test(withItems(said)));
};

const quotation = /"([^"]{3,})"|`([^`]{3,})`|“([^”]{3,})”/g;
// A number by itself, with its unit: 137, 128Mi, 99.9%, 1,000,000. One digit is counted by people and occurs everywhere.
const number = /(?<![\w.:-])\d(?:[\d.]|,(?=\d{3}(?!\d)))*\d[a-z%]{0,3}(?![\w:-])/gi;

const numbersIn = (text: string): string[] =>
  [...text.replaceAll(quotation, "").matchAll(number)].map(([found]) => found);

/** What a sentence says that its evidence must say, too: what stands in quotation marks, and addresses. */
const valuesIn = (text: string): string[] => [
  ...[...text.matchAll(addresses)].map(([found]) => found),
  ...[...text.matchAll(quotation)].map(([, ...groups]) => groups.find((group) => group !== undefined) ?? ""),
];

/** The words by which an object is called, and those that every object has. */
const callsOnly = ({ question, answer }: Evidence, quote: string): boolean => {
  if (answer.kind !== "found" || answer.body.kind !== "objects") return false;
  const bare = evened(quote)
    .replace(/["'`{},]/g, "")
    .replace(/:\s*$/, "")
    .replace(/:\s+/g, ":");
  const asked = question.ask === "get" ? [question] : [];
  const own = [...answer.body.objects.map(({ kind, metadata }) => ({ kind, name: metadata.name })), ...asked];
  return (
    ["apiVersion", "kind", "metadata", "metadata:name", "name", "namespace"].includes(bare) ||
    own.some(({ kind, name }) => [name, kind, `${kind}/${name}`, `kind:${kind}`, `name:${name}`].includes(bare))
  );
};

/** Why this claim cannot stand; null: the evidence it cites carries it. */
const whyStruck = (shown: Shown, { text, evidence, quote }: Claim): string | null => {
  if (evened(text) === "") return "it says nothing";
  const order = readsAs(evened(text));
  if (order !== null) return `a claim tells what is, and this one reads as ${order}`;
  const one = shown.evidence.find(({ id }) => id === evidence);
  if (one === undefined) return `there is no evidence ${clipped(evidence, 20)}`;
  if (evened(quote).length < shortestQuote) return `the quote of ${evidence} is empty`;
  if (callsOnly(one, quote)) return `the quote of ${evidence} is no more than what the object is called`;
  const foreign =
    [quote, ...valuesIn(text).map((value) => value.replace(/[.,;:!?]$/, ""))].find(
      (value) => !says(shown, one, value),
    ) ?? numbersIn(text).find((value) => !saysNumber(shown, one, value));
  if (foreign === undefined) return null;
  const said = JSON.stringify(clipped(onlyTelling(evened(foreign)), 80));
  return isCut(shown, one, foreign)
    ? `${said} is cut within a number or name of ${evidence}`
    : `${evidence} does not say ${said}`;
};

/** That an alert no longer fires is what noise rests on; of a cause an alert says nothing. */
export type Ending = "cause" | "noise";

/** What it was elsewhere or before may be what it is now, but does not show it. */
const whyNoCause = ({ evidence }: Shown, claim: Claim, ending: Ending): string | null => {
  const cited = evidence.find(({ id }) => id === claim.evidence);
  if (ending === "cause" && cited !== undefined && isOfAlerts(cited))
    return `${claim.evidence} tells of alerts: the first claim cites what is seen now`;
  switch (cited?.question.ask) {
    case "past":
      return `${claim.evidence} tells of past incidents: the first claim cites what is seen now`;
    case "runbooks":
      return `${claim.evidence} tells of runbooks: the first claim cites what is seen now`;
    default:
      return null;
  }
};

const onlyHearsay = "no claim cites what the cluster shows: what others tell is not enough by itself";

/** Each claim by itself against the evidence it cites. What that does not carry is taken out, and the others stand. */
export const weighed = (shown: Shown, claims: readonly Claim[], ending: Ending = "cause"): Weighed => {
  const [first, ...others] = claims;
  const ofOthers = others.map((claim) => whyStruck(shown, claim));
  const stand = claims.filter((_, at) => at === 0 || ofOthers[at - 1] === null);
  const seen = stand.some(({ evidence }) =>
    shown.evidence.some((one) => one.id === evidence && !isHearsay(one, ending)),
  );
  const ofFirst = first && (whyStruck(shown, first) ?? whyNoCause(shown, first, ending) ?? (seen ? null : onlyHearsay));
  const reasons = [...(ofFirst === undefined ? [] : [ofFirst]), ...ofOthers];
  return {
    kept: claims.filter((_, at) => reasons[at] === null),
    struck: claims.flatMap(({ text }, at) => {
      const why = reasons[at];
      return typeof why === "string" ? [{ text: clipped(evened(text), longestClaim), why }] : [];
    }),
    holds: reasons[0] === null,
  };
};
