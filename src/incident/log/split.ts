/** Bytes of a line that are kept; of a longer one its head and its tail, where structured lines say how it ended. */
const mostOfALine = 16 * 1024;
export const headOfALine = 12 * 1024;
const newline = 10;

/** Takes a line where it lies: bytes, from, to, and how many are left out between its head and its tail. */
export type TakeLine = (bytes: Uint8Array, from: number, to: number, left: number) => void;

export interface Splitter {
  push(chunk: Uint8Array): void;
  /** Takes what is left; says whether the last line was ended. */
  end(): boolean;
}

/** Lines out of chunks that may end anywhere. Holds at most one line, and of that one no more than is kept. */
export const splitter = (take: TakeLine): Splitter => {
  const carry = new Uint8Array(mostOfALine);
  let carried = 0;
  let beyond = 0;

  /** Behind the head stands what came last. */
  const moveOn = (chunk: Uint8Array, from: number, to: number): void => {
    const fresh = Math.min(to - from, mostOfALine - headOfALine);
    carry.copyWithin(headOfALine, headOfALine + fresh);
    carry.set(chunk.subarray(to - fresh, to), mostOfALine - fresh);
    beyond += to - from;
  };
  const carryOn = (chunk: Uint8Array, from: number, to: number): void => {
    const room = Math.min(to - from, mostOfALine - carried);
    carry.set(chunk.subarray(from, from + room), carried);
    carried += room;
    if (from + room < to) moveOn(chunk, from + room, to);
  };
  const endCarried = (): void => {
    take(carry.slice(0, carried), 0, carried, beyond);
    carried = 0;
    beyond = 0;
  };

  return {
    push: (chunk) => {
      let from = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
        if (carried > 0 || end - from > mostOfALine) {
          carryOn(chunk, from, end);
          endCarried();
        } else {
          take(chunk, from, end, 0);
        }
        from = end + 1;
      }
      if (from < chunk.length) carryOn(chunk, from, chunk.length);
    },
    end: () => {
      if (carried === 0) return true;
      endCarried();
      return false;
    },
  };
};
