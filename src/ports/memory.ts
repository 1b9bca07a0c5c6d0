import type { Fingerprint, Similar } from "../incident/memory.ts";

/** Closed incidents that resemble this one. They are data: they change an order, never what is in it. */
export interface Memory {
  /** The most alike first; `classes` are what this one is, or may be. Empty when nothing is alike. */
  similar(fingerprint: Fingerprint, classes: readonly string[]): Promise<Similar[]>;
}
