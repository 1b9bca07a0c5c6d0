import { type Found, isValue } from "./redact-prose.ts";
import { logTime, type Rule } from "./redact-rule.ts";
import { isSensitiveName, mayBeSensitive } from "./sensitive-names.ts";

/** Secrets that the head of their column gives away: tables of databases, CSV, `INSERT INTO users (password) VALUES`. */

const borders = ["|", "\t", ",", ";", "  "] as const;
type Border = (typeof borders)[number];

const pattern: Record<Border, RegExp> = { "|": /\|/g, "\t": /\t+/g, ",": /,/g, ";": /;/g, "  ": / {2,}/g };

const trimmed = (cell: string, start: number): Found => {
  const value = cell.replace(/^[\s"'`]{1,40}/, "");
  return { value: value.replace(/[\s"'`]{1,400}$/, ""), start: start + cell.length - value.length };
};

/** The cells of a line with the place where each begins; outer borders are none. */
const cellsOf = (line: string, border: Border): Found[] => {
  const cells: Found[] = [];
  let from = 0;
  for (const { index, 0: sign } of line.matchAll(pattern[border])) {
    cells.push(trimmed(line.slice(from, index), from));
    from = index + sign.length;
  }
  cells.push(trimmed(line.slice(from), from));
  return border === "|" || border === "  " ? cells.filter(({ value }) => value !== "") : cells;
};

const isHead = (cells: readonly Found[], border: Border): boolean =>
  cells.length > 1 &&
  cells.length < 60 &&
  cells.some(({ value }) => isSensitiveName(value)) &&
  cells.every(({ value }) => /^[A-Za-z_][\w.-]{0,40}(?: [A-Za-z]\w{0,20})?$/.test(value)) &&
  (border !== "  " || cells.every(({ value }) => value === value.toUpperCase()));

interface Table {
  border: Border;
  width: number;
  columns: number[];
}

/** All that a head is made of: most lines are told apart without being cut into cells. */
const ofNames = /^[\w.\s"'`|,;-]*$/;
const headOf = (line: string): Table | null => {
  if (line.length > 2000 || !ofNames.test(line) || !mayBeSensitive(line)) return null;
  for (const border of borders) {
    if (!line.includes(border)) continue;
    const cells = cellsOf(line, border);
    if (!isHead(cells, border)) continue;
    const columns = cells.flatMap(({ value }, at) => (isSensitiveName(value) ? [at] : []));
    return { border, width: cells.length, columns };
  }
  return null;
};

const isRuler = (line: string): boolean => /^[\s|+:=-]*$/.test(line);

const secretsIn = (line: string, { border, width, columns }: Table): Found[] | null => {
  const cells = cellsOf(line, border);
  return cells.length === width
    ? cells.filter(({ value }, at) => columns.includes(at) && isValue(value) && !/^[-*]+$/.test(value))
    : null;
};

const withHidden = (line: string, secrets: readonly Found[], hide: (secret: string) => string): string => {
  let done = "";
  let from = 0;
  for (const { value, start } of secrets) {
    done += line.slice(from, start) + hide(value);
    from = start + value.length;
  }
  return done + line.slice(from);
};

const time = new RegExp(`^${logTime}`);

const rows: Rule = (text, hide) => {
  if (!text.includes("\n") || !mayBeSensitive(text)) return text;
  let table: Table | null = null;
  return text
    .split("\n")
    .map((whole) => {
      const before = time.exec(whole)?.[0] ?? "";
      const line = whole.slice(before.length);
      if (table !== null && isRuler(line)) return whole;
      const secrets = table === null ? null : secretsIn(line, table);
      if (secrets !== null) return before + withHidden(line, secrets, hide);
      table = headOf(line);
      return whole;
    })
    .join("\n");
};

const insert =
  /\binto\s+[^\s(]{1,100}\s{0,4}\(([^()]{1,400})\)\s{0,4}values\s{0,4}((?:\([^()\r\n]{1,1000}\)[\s,]{0,4}){1,50})/gi;
const literal = /'((?:[^'\r\n]|''){0,400})'|[^,'()\s][^,()]{0,100}/g;
/** The values of a statement, by the columns that it names first. */
const inserts: Rule = (text, hide) =>
  /values/i.test(text)
    ? text.replace(insert, (found, columns: string, values: string) => {
        const names = columns.split(",").map((name) => name.replace(/[^\w.-]/g, ""));
        const clean = values.replace(/\([^()]*\)/g, (row) => {
          let at = 0;
          return row.replace(literal, (whole, quoted: string | undefined) => {
            const value = quoted ?? whole;
            return isSensitiveName(names[at++] ?? "") && isValue(value)
              ? whole.replace(value, () => hide(value))
              : whole;
          });
        });
        return found.slice(0, found.length - values.length) + clean;
      })
    : text;

export const tables: readonly Rule[] = [rows, inserts];
