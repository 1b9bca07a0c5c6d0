/** Looks that may fail, each by itself: one that does is told and leaves the others their turn. */
export interface Attempts {
  /** `name`: which look of our own code it is, where that tells people nothing. */
  attempt<T>(what: string, ask: () => T, otherwise: T, name?: string): T;
  /** What failed so far, a sentence each, for people. */
  failed(): readonly string[];
}

/** Hears what failed within, for the log. */
export type Heard = (name: string, error: unknown) => void;

export const attempts = (heard: Heard = () => undefined): Attempts => {
  const failed: string[] = [];
  return {
    attempt: (what, ask, otherwise, name = what) => {
      try {
        return ask();
      } catch (error) {
        heard(name, error);
        failed.push(`${what} could not be judged`);
        return otherwise;
      }
    },
    failed: () => failed,
  };
};
