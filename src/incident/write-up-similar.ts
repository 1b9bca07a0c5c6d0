import { faultClasses, isFaultClass } from "./fault-classes.ts";
import { classOfMemory, isMade, mostShown, type Similar } from "./memory.ts";
import type { WriteUpInput } from "./write-up-parts.ts";
import { name, wrap } from "./write-up-text.ts";

const dayMs = 86_400_000;
const times = (count: number): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

const ends = { helped: "helped", undone: "undone", "did-not-help": "did not help", "not-made": "not made" } as const;

/** `raise-memory-limit helped twice, undone once`. */
const triedText = (similar: readonly Similar[]): string => {
  const counted = new Map<string, Map<string, number>>();
  for (const { tried } of similar)
    for (const { verb, ended } of tried) {
      const of = counted.get(verb) ?? new Map<string, number>();
      counted.set(verb, of.set(ends[ended], (of.get(ends[ended]) ?? 0) + 1));
    }
  return [...counted]
    .slice(0, 3)
    .map(([verb, of]) => `${name(verb, 40)} ${[...of].map(([end, count]) => `${end} ${times(count)}`).join(", ")}`)
    .join("; ");
};

// What makes two incidents alike in kind; an alert, a log line or the scope may differ from time to time.
const kindOf = ({ common }: Similar): string => common.filter((what) => /^(class|object|image)/.test(what)).join();

/** Those alike in the same way together, the most alike first: what is said of some must hold for each of them. */
const groupsOf = (similar: readonly Similar[]): Similar[][] => [...Map.groupBy(similar, kindOf).values()];

const commonText = (group: readonly Similar[]): string =>
  (group[0]?.common ?? [])
    .filter((what) => group.every(({ common }) => common.includes(what)))
    .map((what) => `same ${what}`)
    .join(", ");

const daysOf = (similar: readonly Similar[], now: string): string => {
  const oldest = Math.min(...similar.map(({ openedAt }) => Date.parse(openedAt)));
  const days = Math.max(1, Math.ceil((Date.parse(now) - oldest) / dayMs));
  return days === 1 ? "a day" : `${days} days`;
};

const isWrong = ({ feedback }: Similar): boolean => feedback?.correct === false;

/** Of this very diagnosis; one that was another then says nothing against this one. */
const wrongText = (similar: readonly Similar[], diagnosed: string | null): string => {
  const wrong = similar.filter((one) => isWrong(one) && diagnosed !== null && one.fingerprint.class === diagnosed);
  const [last] = wrong;
  if (last === undefined) return "";
  const really = classOfMemory(last);
  return ` A person called that diagnosis wrong ${times(wrong.length)}${really === null ? "" : `: it was ${really}`}.`;
};

/** How often it was called what afterwards: `once more that was called oom-memory-leak afterwards`. */
const correctedText = (wrong: readonly Similar[], more: boolean): string[] =>
  [...Map.groupBy(wrong, (one) => classOfMemory(one) ?? "wrong")].map(
    ([called, those]) => `${times(those.length)}${more ? " more" : ""} that was called ${called} afterwards`,
  );

const groupText = (group: readonly Similar[], now: string): string => {
  const [wrong, right] = [group.filter(isWrong), group.filter((one) => !isWrong(one))];
  const tried = triedText(right);
  const parts = [
    ...(right.length === 0 ? [] : [`${times(right.length)} in ${daysOf(right, now)}`]),
    ...(tried === "" ? [] : [tried]),
    ...correctedText(wrong, right.length > 0),
  ];
  return `${commonText(group)}, ${parts.join("; ")}`;
};

const latest = (similar: readonly Similar[]): Similar | undefined =>
  similar.toSorted((left, right) => Date.parse(right.openedAt) - Date.parse(left.openedAt))[0];

const mostGroups = 3;

/** What is known of it from before, each likeness counted by itself, and apart what a person corrected; empty when nothing is alike. */
export const similarText = (similar: readonly Similar[], now: string, diagnosed: string | null): string => {
  const last = latest(similar);
  if (last === undefined) return "";
  const groups = groupsOf(similar).slice(0, mostGroups);
  const counted = groups.map((group) => groupText(group, now)).join(". Also ");
  return `${counted}. Last: ${name(last.incidentId, 40)}.${wrongText(similar, diagnosed)}`;
};

const lasting = ({ incident: { diagnosis } }: WriteUpInput): string => {
  if (diagnosis?.kind !== "cause" || !isFaultClass(diagnosis.class)) return "find out what brings it back";
  return faultClasses[diagnosis.class].remedy;
};

/** The same class on the same object again, whatever a person called it afterwards. */
const isRecurrence = ({ incident: { diagnosis } }: WriteUpInput, one: Similar): boolean =>
  diagnosis?.kind === "cause" &&
  [classOfMemory(one), one.fingerprint.class].includes(diagnosis.class) &&
  one.common.includes("object");

/** What lasts where a person is right who called it something else before. */
const lastingAsCorrected = (again: readonly Similar[]): string => {
  const last = latest(again.filter(({ feedback }) => feedback?.correct === false && feedback.class !== null));
  const really = last === undefined ? null : classOfMemory(last);
  if (really === null || !isFaultClass(really)) return "";
  return ` If it is ${really}, as a person said: ${faultClasses[really].remedy}.`;
};

export const similarPart = (input: WriteUpInput): string[] => {
  const { similar = [], openedAt, diagnosis } = input.incident;
  if (similar.length === 0) return [];
  const again = similar.filter((one) => isRecurrence(input, one));
  const diagnosed = diagnosis?.kind === "cause" ? diagnosis.class : null;
  const lines = wrap(`**Seen before:** ${similarText(similar, openedAt, diagnosed)}`);
  if (again.length === 0) return lines;
  const ended = again.some(({ tried }) => tried.some(isMade)) ? "what was done did not last" : "it ended and is back";
  return [
    ...lines,
    ...wrap(
      `**It came back** (${similar.length >= mostShown ? "at least " : ""}${again.length + 1} times now): ${ended}. The lasting fix, where the manifest is kept: ${lasting(input)}.${lastingAsCorrected(again)}`,
    ),
  ];
};
