import type { JournalEntry } from "../responder/responder.ts";
import { cyan, dim, say, wrapped } from "./terminal.ts";

const indent = 30;

const inClockTime = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, (_all, time: string) => `${time} UTC`);

const inFull: Record<string, string> = { card: "Slack card", note: "PagerDuty note", page: "PagerDuty page" };
const named = (text: string): string =>
  text.replace(/^(card|note|page): /, (_all, channel: string) => `${inFull[channel]}: `);

const show = ({ at, actor, text }: JournalEntry): void => {
  const [first = "", ...rest] = text.split("\n").flatMap((line) => wrapped(named(inClockTime(line)), indent));
  say(`  ${dim(at.slice(11, 19))}  ${cyan(actor.padEnd(16))}  ${first}`);
  for (const line of rest) say(`${" ".repeat(indent)}${line}`);
};

/** Prints what is new in the journal; what one actor says twice in a row is printed once. */
export const teller = (): ((entries: readonly JournalEntry[]) => void) => {
  let told = 0;
  let last = "";
  return (entries) => {
    for (const entry of entries.filter(({ seq }) => seq > told)) {
      const said = `${entry.actor} ${entry.text}`;
      if (said !== last) show(entry);
      last = said;
      told = entry.seq;
    }
  };
};
