export interface Near {
  hash: string;
  /** Cosine, 1 for the same direction; 0 for a vector of zeros, which has none. */
  similarity: number;
}

/** Where the vectors of texts are kept, by model, length and the hash of the text. */
export interface Vectors {
  /** Those of the hashes that are kept with vectors of this length. */
  known(model: string, dimensions: number, hashes: readonly string[]): Promise<Set<string>>;
  keep(model: string, rows: readonly { hash: string; vector: readonly number[] }[]): Promise<void>;
  /** The nearest of these hashes, best first, at most `limit`. Vectors of another length are passed over. */
  nearest(model: string, vector: readonly number[], hashes: readonly string[], limit: number): Promise<Near[]>;
}
