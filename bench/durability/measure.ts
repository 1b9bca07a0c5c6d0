export interface Times {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** By nearest rank: of a hundred, p99 is the slowest but one; of sixteen it is the slowest. */
export const quantiles = (values: readonly number[]): Times => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
};

export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

/** Runs `count` works, so many at a time; the time of each and how many there were in a second. */
export const atOnce = async (
  lanes: number,
  count: number,
  work: (n: number) => Promise<unknown>,
): Promise<{ times: Times; perSecond: number }> => {
  const times: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const n = next++;
      times.push(await timed(() => work(n)));
    }
  };
  const all = await timed(() => Promise.all(Array.from({ length: lanes }, lane)));
  return { times: quantiles(times), perSecond: (count / all) * 1000 };
};

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

export const line = (what: string, measured: string, bar: string, holds: boolean): void => {
  process.stdout.write(`${holds ? "  " : "! "}${what.padEnd(52)} ${measured.padEnd(58)} ${bar}\n`);
};

/** The same work twelve times: how fast the processor is now, and how far one moment is from the next. */
export const processor = (): void => {
  const times = Array.from({ length: 12 }, () => {
    const begun = performance.now();
    let sum = 0;
    for (let n = 0; n < 3e7; n++) sum += n % 7;
    return sum > 0 ? performance.now() - begun : Number.NaN;
  });
  const { p50, max } = quantiles(times);
  line("the processor itself, one and the same loop (12)", `p50 ${ms(p50)}, max ${ms(max)}`, "(no bar)", true);
};
