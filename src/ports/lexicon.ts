/** What words mean, as vectors: near each other where they mean the like. */
export interface Lexicon {
  dimensions: number;
  /** Of a word in small letters; null: neither it nor its pieces are known. */
  vectorOf(word: string): Float32Array | null;
}
