/**
 * The tries to send a notice until an answer is noted, the only one is refused or, of a page, it says something else. A message bears whose it is, so that it is found where its answer was lost.
 */
export interface Attempt {
  /** When the first of them began; no other attempt of this notice began then. */
  since: Date;
  /** How many tries there were before: of any of them the message may be there. */
  before: number;
}
