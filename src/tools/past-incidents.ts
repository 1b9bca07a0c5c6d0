import { classOfMemory, type Similar } from "../incident/memory.ts";

const mostShown = 5;
const longest = 300;

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, longest);

const saidOf = ({ feedback, fingerprint }: Similar): string => {
  if (feedback === null) return "";
  const note = feedback.note === null ? "" : ` (${oneLine(feedback.note)})`;
  if (feedback.correct) return `; a person called that right${note}`;
  return `; a person called ${fingerprint.class ?? "that"} wrong${feedback.class === null ? "" : `: it was ${feedback.class}`}${note}`;
};

const triedOf = ({ tried }: Similar): string =>
  tried.length === 0 ? "nothing was changed" : tried.map(({ verb, ended }) => `${verb} ${ended}`).join(", ");

const lineOf = (one: Similar): string =>
  `${one.incidentId}, ${one.closedAt.slice(0, 10)}, ${one.common.map((what) => `same ${what}`).join(", ")}: ` +
  `${classOfMemory(one) ?? "cause unknown"}; it was told as "${oneLine(one.statement)}"; ${triedOf(one)}, ${one.status}${saidOf(one)}`;

/** Past incidents, one a line, the most alike first: what a model may be shown of them. */
export const pastText = (similar: readonly Similar[]): string => similar.slice(0, mostShown).map(lineOf).join("\n");
