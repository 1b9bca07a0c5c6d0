import type { Near, Vectors } from "../ports/vectors.ts";

// A plain loop: it runs for each part of each page at each query.
export const dot = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < left.length; at++) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
};

export const lengthOf = (vector: ArrayLike<number>): number => Math.sqrt(dot(vector, vector));

/** Cosine; a vector of zeros, or of another length, is near nothing. */
export const cosine = (left: readonly number[], right: readonly number[]): number => {
  const lengths = lengthOf(left) * lengthOf(right);
  return left.length !== right.length || lengths === 0 ? 0 : dot(left, right) / lengths;
};

export const nearestOf = (
  vector: readonly number[],
  kept: Iterable<readonly [hash: string, vector: readonly number[]]>,
  limit: number,
): Near[] =>
  [...kept]
    .filter(([, one]) => one.length === vector.length)
    .map(([hash, one]) => ({ hash, similarity: cosine(vector, one) }))
    .sort((left, right) => right.similarity - left.similarity)
    .slice(0, limit);

/** For as long as the process lives. */
export const vectorsInMemory = (): Vectors => {
  const models = new Map<string, Map<string, readonly number[]>>();
  const of = (model: string): Map<string, readonly number[]> => {
    const kept = models.get(model) ?? new Map<string, readonly number[]>();
    models.set(model, kept);
    return kept;
  };
  return {
    known: async (model, dimensions, hashes) =>
      new Set(hashes.filter((hash) => of(model).get(hash)?.length === dimensions)),
    keep: async (model, rows) => {
      for (const { hash, vector } of rows) of(model).set(hash, vector);
    },
    nearest: async (model, vector, hashes, limit) => {
      const kept = of(model);
      const those = hashes.flatMap((hash) => {
        const one = kept.get(hash);
        return one === undefined ? [] : [[hash, one] as const];
      });
      return nearestOf(vector, those, limit);
    },
  };
};
