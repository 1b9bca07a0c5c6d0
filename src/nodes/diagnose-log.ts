import { stamp } from "../incident/log/words.ts";

const starts = /\b(start(?:ing|ed|up)?|boot(?:ing|ed)?|launch(?:ing|ed)?|listening|version)\b/i;
/** Words of a line that tells of trouble. */
export const troubles =
  /\b(error|fatal|panic|exception|traceback|critical|refused|denied|cannot|could not|unable|failed|killed|not found|timed? ?out|no such)\b/i;

const widest = 240;
const around = 6;

interface Folded {
  line: string;
  times: number;
}

// Lines that differ in times, counts and ids only are the same line.
const shapeOf = (line: string): string => line.replace(/\b(?:0x)?[0-9a-f-]*\d[0-9a-f-]*\b/gi, "#");

const folded = (lines: readonly string[]): Folded[] => {
  const rows: Folded[] = [];
  for (const line of lines) {
    const last = rows.at(-1);
    if (last && shapeOf(last.line) === shapeOf(line)) rows[rows.length - 1] = { line, times: last.times + 1 };
    else rows.push({ line, times: 1 });
  }
  return rows;
};

const rowText = ({ line, times }: Folded): string => `${line.slice(0, widest)}${times > 1 ? ` (x${times})` : ""}`;

/** Where the first trouble of the last start stands; the beginning where there is none. */
const firstTrouble = (rows: readonly Folded[]): number => {
  const started = rows.findLastIndex(({ line }) => starts.test(line) && !troubles.test(line));
  const from = Math.max(0, started);
  const at = rows.slice(from).findIndex(({ line }) => troubles.test(line));
  return at < 0 ? -1 : from + at;
};

/** The first trouble of the last start and the end of a log, repeated lines folded, in at most about `most` characters. */
export const logDigest = (text: string, most: number): string => {
  const rows = folded(
    text
      .split("\n")
      .map((line) => line.replace(stamp, ""))
      .filter((line) => line.trim() !== ""),
  );
  const tail = Math.max(4, Math.floor(most / 120));
  const end = Math.max(0, rows.length - tail);
  const trouble = firstTrouble(rows);
  const early =
    trouble >= 0 && trouble < end ? rows.slice(Math.max(0, trouble - 1), Math.min(end, trouble + around)) : [];
  const left = end - early.length;
  const lines = [...early.map(rowText), ...(left > 0 ? [`… ${left} lines …`] : []), ...rows.slice(end).map(rowText)];
  const whole = lines.join("\n");
  return whole.length <= most ? whole : `${whole.slice(0, most / 2)}\n…\n${whole.slice(-most / 2)}`;
};
