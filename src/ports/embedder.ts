/** A sentence model: texts that mean the same get vectors that point the same way. */
export interface Embedder {
  /** As configured, `provider:model`: vectors of two names are never compared. */
  readonly name: string;
  /** One vector per text, in order, all of one length. Throws PortError. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<number[][]>;
}
