import type { Comparison } from "./compare.ts";

export interface ClassScore {
  class: string;
  expected: number;
  right: number;
  /** Named where another class, or nothing, was expected. */
  wrong: number;
  precision: number | null;
  recall: number | null;
}

export interface Confusion {
  expected: string;
  got: string;
  objects: string[];
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const tally = (words: readonly string[]): Map<string, number> =>
  words.reduce((counts, word) => counts.set(word, (counts.get(word) ?? 0) + 1), new Map<string, number>());

const classOf = (label: string): string => label.slice(label.lastIndexOf(" ") + 1);

/** How well each class that was expected or named is told, worst first. */
export const classScores = (all: readonly Comparison[]): ClassScore[] => {
  const right = tally(all.flatMap((one) => one.right.map(classOf)));
  const missed = tally(
    all.flatMap((one) => [...one.missed.map(classOf), ...one.confused.map(({ expected }) => expected)]),
  );
  const wrong = tally(all.flatMap((one) => [...one.confused.map(({ got }) => got), ...one.falseAlarms.map(classOf)]));
  const names = new Set([...right.keys(), ...missed.keys(), ...wrong.keys()]);
  const scores = [...names].map((name): ClassScore => {
    const [hits, misses, others] = [right, missed, wrong].map((counts) => counts.get(name) ?? 0) as [
      number,
      number,
      number,
    ];
    const expected = hits + misses;
    return {
      class: name,
      expected,
      right: hits,
      wrong: others,
      precision: share(hits, hits + others),
      recall: share(hits, expected),
    };
  });
  const worth = ({ precision, recall }: ClassScore): number => (precision ?? 1) + (recall ?? 1);
  return scores.sort((a, b) => worth(a) - worth(b) || a.class.localeCompare(b.class));
};

/** What was taken for what, most often first. */
export const confusions = (all: readonly Comparison[]): Confusion[] => {
  const pairs = Map.groupBy(
    all.flatMap(({ confused }) => confused),
    ({ expected, got }) => `${expected} → ${got}`,
  );
  return [...pairs.values()]
    .flatMap(([first, ...rest]) =>
      first
        ? [{ expected: first.expected, got: first.got, objects: [first, ...rest].map(({ object }) => object) }]
        : [],
    )
    .sort((a, b) => b.objects.length - a.objects.length);
};
