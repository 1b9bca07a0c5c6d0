import { type Line, type Said, saidBy, textOf } from "./line.ts";
import { stamp } from "./words.ts";

/** All lines, or groups of lines, of one kind: the first as it was said, and how many there were. */
export interface Row {
  readonly said: readonly Said[];
  readonly trouble: boolean;
  count: number;
}

interface Template {
  tokens: string[];
  row: Row;
}

const mostRows = 400;
const mostOfAGroup = 32;
const alike = 0.5;
/** Of what tells of trouble words matter: only numbers may differ, until there are too many kinds. */
const mostTroubles = 200;

const wild = "*";
const tokensOf = (text: string): string[] =>
  text
    .replace(stamp, "")
    .split(/\s+/, 60)
    .map((token) => (/\d/.test(token) ? wild : token));

const likeness = (template: readonly string[], tokens: readonly string[]): number => {
  let same = 0;
  for (let at = 0; at < tokens.length; at += 1) if (template[at] === wild || template[at] === tokens[at]) same += 1;
  return same / tokens.length;
};

const merged = (template: readonly string[], tokens: readonly string[]): string[] =>
  template.map((token, at) => (token === tokens[at] ? token : wild));

/**
 * Kinds of lines, found as they come, after Drain (He et al. 2017): lines of as many words that begin alike are compared
 * word by word; where half of them are the same they are of one kind, and what differs is a variable.
 */
export class Rows {
  readonly all: Row[] = [];
  /** Lines of kinds that had no room any more. */
  other = 0;
  private troubles = 0;
  private readonly groups = new Map<string, Template[]>();
  private readonly exact = new Map<string, Row>();

  /** The row of a single line, by its template; null when there is no room for another kind. */
  ofLine(line: Line): Row | null {
    const text = textOf(line);
    const tokens = tokensOf(text);
    const key = `${tokens.length} ${tokens[0]}`;
    const group = this.groups.get(key) ?? [];
    const [best = null] = group
      .map((template) => ({ template, like: likeness(template.tokens, tokens) }))
      .filter(({ like }) => like >= alike)
      .sort((a, b) => b.like - a.like);
    if (best !== null) {
      best.template.tokens = merged(best.template.tokens, tokens);
      return best.template.row;
    }
    if (this.all.length >= mostRows || group.length >= mostOfAGroup) return null;
    const row = this.add([{ at: line.at, text }], false);
    this.groups.set(key, [...group, { tokens, row }]);
    return row;
  }

  /** The row of lines that belong together and tell of trouble. */
  ofTrouble(lines: readonly Line[]): Row | null {
    const [first] = lines;
    if (first === undefined) return null;
    const key = lines.map(({ shape }) => `${shape.key} ${shape.check}`).join();
    const known = this.exact.get(key);
    if (known !== undefined) return known;
    if (this.troubles >= mostTroubles) return lines.length === 1 ? this.ofLine(first) : null;
    this.troubles += 1;
    const row = this.add(saidBy(lines), true);
    this.exact.set(key, row);
    return row;
  }

  private add(said: readonly Said[], trouble: boolean): Row {
    const row = { said, trouble, count: 0 };
    this.all.push(row);
    return row;
  }
}
