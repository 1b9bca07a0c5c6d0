/** Bytes of a line that are kept; what it has beyond them is only counted. */
const mostOfALine = 4096;
const newline = 10;

/** Takes a line where it lies: bytes, from, to, and how many more there were. */
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

  const carryOn = (chunk: Uint8Array, from: number, to: number): void => {
    const room = Math.min(to - from, mostOfALine - carried);
    carry.set(chunk.subarray(from, from + room), carried);
    carried += room;
    beyond += to - from - room;
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
        if (carried > 0) {
          carryOn(chunk, from, end);
          endCarried();
        } else {
          const to = Math.min(end, from + mostOfALine);
          take(chunk, from, to, end - to);
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
