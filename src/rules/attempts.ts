/** Looks that may fail, each by itself: one that does is told and leaves the others their turn. */
export interface Attempts {
  attempt<T>(what: string, ask: () => T, otherwise: T): T;
  /** What failed so far, a sentence each. */
  failed(): readonly string[];
}

const longest = 120;

export const attempts = (): Attempts => {
  const failed: string[] = [];
  return {
    attempt: (what, ask, otherwise) => {
      try {
        return ask();
      } catch (error) {
        const why = error instanceof Error ? `${error.name}: ${error.message}` : "it did not say why";
        failed.push(`${what} could not be judged (${why.slice(0, longest)})`);
        return otherwise;
      }
    },
    failed: () => failed,
  };
};
