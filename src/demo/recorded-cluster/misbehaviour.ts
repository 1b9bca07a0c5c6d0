/** What a test makes the server do wrong. */
export interface Misbehaviour {
  method?: string;
  path?: RegExp;
  /**
   * `hang`: never answers. `drop-before` / `drop-after`: the connection is lost before the request is carried out, or
   * after it. `error-500`: answers 500 without doing anything. `slow`: answers late.
   */
  how: "hang" | "drop-before" | "drop-after" | "error-500" | "slow";
  /** For `slow`: milliseconds on the cluster's clock. */
  ms?: number;
  /** How many requests it hits; without it all of them. */
  times?: number;
}

/** Takes the first script that fits the request and counts it down. */
export const misbehaviours = (): {
  script(one: Misbehaviour): void;
  next(method: string, path: string): Misbehaviour | null;
} => {
  const scripts: Misbehaviour[] = [];
  return {
    script: (one) => void scripts.push({ ...one }),
    next: (method, path) => {
      const found = scripts.find(
        (one) => one.times !== 0 && (one.method ?? method) === method && (one.path?.test(path) ?? true),
      );
      if (found?.times !== undefined) found.times -= 1;
      return found ?? null;
    },
  };
};
