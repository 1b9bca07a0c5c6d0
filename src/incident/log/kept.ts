import type { Shown } from "./around.ts";
import type { Said } from "./line.ts";
import type { Row } from "./rows.ts";

/** Lines of a log that are kept together or not at all. */
export interface Piece {
  said: readonly Said[];
  /** The lower, the sooner it is kept when not all have room. */
  rank: number;
  /** What it stands for, where that is more than itself. */
  row?: Row;
}

const placeOf = ({ said }: Piece): number => said[0]?.at ?? 0;
const bytesOf = ({ said }: Piece): number => said.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 40);

/** As many as have room, the important ones first. */
export const chosen = (pieces: readonly Piece[], room: number): Piece[] => {
  let left = room;
  return pieces
    .toSorted((a, b) => a.rank - b.rank || placeOf(a) - placeOf(b))
    .filter((piece) => {
      const fits = bytesOf(piece) <= left;
      if (fits) left -= bytesOf(piece);
      return fits;
    });
};

const foldMark = (more: number): string => `… ${more} more like this …`;

/** The lines of all pieces in the order of the log, each once, with a mark behind those that stand for many. */
export const inOrder = (pieces: readonly Piece[]): Shown[] => {
  const lines = new Map<number, string>();
  const folds = new Map<number, number>();
  for (const { said, row } of pieces) {
    for (const { at, text } of said) lines.set(at, text);
    const last = said.at(-1);
    if (last !== undefined && row !== undefined && row.count > 1) folds.set(last.at, row.count - 1);
  }
  return [...lines]
    .sort(([a], [b]) => a - b)
    .flatMap(([at, text]) => {
      const more = folds.get(at);
      return more === undefined
        ? [{ at, text }]
        : [
            { at, text },
            { at: null, text: foldMark(more) },
          ];
    });
};
