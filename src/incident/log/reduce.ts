import { redactedAround, type Shown } from "./around.ts";
import { Block } from "./block.ts";
import { chosen, inOrder, type Piece } from "./kept.ts";
import { decoded, type Line, lineOf, saidBy } from "./line.ts";
import { Neighbours } from "./neighbours.ts";
import { type Row, Rows } from "./rows.ts";
import { Hash, readShape, type Shape } from "./shape.ts";
import { splitter } from "./split.ts";

/** What becomes of a log, however long it was. */
export interface Reduced {
  text: string;
  /** Whether something was left out that no kept line stands for. Folding alone leaves nothing out. */
  truncated: boolean;
  /** What was read of it. */
  lines: number;
  bytes: number;
  /** The text with each line redacted beside those that stood around it. Only where lines were left out between them. */
  redacted?: (redact: (text: string) => string) => string;
}

export interface LogReducer {
  /** The next bytes, which may end within a line or a character. They must not be changed afterwards. */
  push(chunk: Uint8Array): void;
  end(): Reduced;
}

const mostBytes = 60 * 1024;
/** The last lines are kept as they are. */
const tailLines = 100;
const tailBytes = 24 * 1024;
const headLines = 10;
const before = 2;
const after = 4;
/** Kinds of lines that are known without decoding them; one more, and all are learnt anew. */
const mostShapes = 50_000;

const rank = { whyItEnded: 0, start: 1, head: 2, trouble: 3, rest: 4 };

/** The lines around one that matters. */
interface Scene {
  lines: Line[];
  /** How many that follow are still to be taken in. */
  wants: number;
  /** Those that stood before it. */
  around: readonly Line[];
}

/** The last lines; each that is pushed out at the front leaves. */
const tailOf = (leave: (line: Line) => void) => {
  const ring: Line[] = [];
  let first = 0;
  let bytes = 0;
  const shift = (): void => {
    const line = ring[first] as Line;
    first += 1;
    bytes -= line.to - line.from;
    // Seldom, because it moves all that are left.
    if (first === 256) {
      ring.splice(0, first);
      first = 0;
    }
    leave(line);
  };
  return {
    push: (line: Line): void => {
      ring.push(line);
      bytes += line.to - line.from;
      while (ring.length - first > tailLines || (bytes > tailBytes && ring.length - first > 1)) shift();
    },
    lines: (): Line[] => ring.slice(first),
  };
};

/**
 * Makes a log of any length short in one pass and in bounded memory. Kept as they were: how it began, the first trouble, the
 * first trouble after the last start with what stood around it, stack traces as a whole, the first line of each kind, and the
 * last lines. Lines of one kind are folded behind the first of them with their count. A log that is short already is kept.
 */
export const logReducer = (): LogReducer => {
  const shapes = new Map<number, Shape>();
  const hash = new Hash();
  const rows = new Rows();
  const near = new Neighbours();
  const head: Line[] = [];
  const last: Line[] = [];
  let open: Block | null = null;
  let opened: Line[] = [];
  let aroundOpen: Line[] = [];
  let lastStart: Line | null = null;
  let firstEver: Scene | null = null;
  let firstOfLife: Scene | null = null;
  let count = 0;
  let size = 0;
  let cut = false;

  const counted = (row: Row): void => {
    if (row.count === 0) near.keep(aroundOpen);
    row.count += 1;
  };

  const close = (block: Block): void => {
    open = null;
    const row = rows.ofTrouble(block.lines);
    if (row === null) rows.other += block.lines.length;
    else counted(row);
    if (!block.trouble) return;
    if (firstEver !== null && firstOfLife !== null) return;
    const scene = { lines: [...opened, ...block.lines], wants: after, around: aroundOpen };
    firstEver ??= scene;
    firstOfLife ??= scene;
  };

  const plain = (line: Line): void => {
    const { shape } = line;
    if (shape.start) {
      lastStart = line;
      firstOfLife = null;
    }
    if (shape.blank) return;
    if (shape.row === undefined) shape.row = rows.ofLine(line);
    if (shape.row === null) rows.other += 1;
    else counted(shape.row);
    last[line.at % before] = line;
  };

  const follow = (scene: Scene | null, line: Line): void => {
    if (scene === null || scene.wants === 0) return;
    scene.wants -= 1;
    scene.lines.push(line);
  };

  const leave = (line: Line): void => {
    near.pass(line);
    if (head.length < headLines) head.push(line);
    if (open !== null) {
      if (open.takes(line)) return;
      close(open);
    }
    if (firstEver !== firstOfLife) follow(firstEver, line);
    follow(firstOfLife, line);
    const { trouble, opens, secretBegins } = line.shape;
    if (trouble || opens || secretBegins) {
      opened = last.filter(({ at }) => line.at - at <= before).sort((a, b) => a.at - b.at);
      aroundOpen = near.lines();
      open = new Block(line);
    } else plain(line);
  };
  const tail = tailOf(leave);

  const shapeOf = (bytes: Uint8Array, from: number, to: number): Shape => {
    hash.take(bytes, from, to);
    const known = shapes.get(hash.key);
    if (known !== undefined && known.check === hash.check) return known;
    const shape = readShape(hash, decoded(bytes, from, to));
    if (shapes.size >= mostShapes) shapes.clear();
    shapes.set(shape.key, shape);
    return shape;
  };

  const split = splitter((bytes, from, to, left) => {
    const line = lineOf({ bytes, from, to, left, at: count, shape: shapeOf(bytes, from, to) });
    cut ||= line.left > 0;
    tail.push(line);
    count += 1;
  });

  const pieces = (): Piece[] => [
    ...(open === null ? [] : [{ said: saidBy(open.lines), rank: rank.whyItEnded }]),
    ...(firstOfLife === null ? [] : [{ said: saidBy(firstOfLife.lines), rank: rank.whyItEnded }]),
    ...(firstEver === null ? [] : [{ said: saidBy(firstEver.lines), rank: rank.start }]),
    ...(lastStart === null ? [] : [{ said: saidBy([lastStart]), rank: rank.start }]),
    ...saidBy(head).map((said) => ({ said: [said], rank: rank.head })),
    ...rows.all.map((row) => ({ said: row.said, rank: row.trouble ? rank.trouble : rank.rest, row })),
  ];

  return {
    push: (chunk) => {
      size += chunk.length;
      split.push(chunk);
    },
    end: () => {
      const ended = split.end();
      const end = saidBy(tail.lines());
      const stillOpen = open;
      if (stillOpen !== null) {
        close(stillOpen);
        open = stillOpen;
      }
      const room = mostBytes - end.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
      const kept = chosen(pieces(), room);
      const shown = new Set(kept.map(({ row }) => row));
      const gone = rows.all.filter((row) => !shown.has(row));
      const leftOut = gone.reduce((sum, row) => sum + row.count * row.said.length, rows.other);
      const gap = leftOut > 0 ? [{ at: null, text: `… ${leftOut} other lines left out …` }] : [];
      const shownLines: Shown[] = [...inOrder(kept), ...gap, ...end];
      const ending = ended && count > 0 ? "\n" : "";
      const scenes = [firstEver, firstOfLife].flatMap((scene) => scene?.around ?? []);
      const around = [...near.said(), ...saidBy([...scenes, ...aroundOpen])];
      return {
        text: shownLines.map(({ text }) => text).join("\n") + ending,
        truncated: cut || leftOut > 0,
        lines: count,
        bytes: size,
        ...(shownLines.length === count && gap.length === 0
          ? {}
          : { redacted: (redact) => redactedAround(shownLines, around, redact).join("\n") + ending }),
      };
    },
  };
};
