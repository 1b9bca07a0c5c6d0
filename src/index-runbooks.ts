import type { Log } from "./log.ts";

const againMs = 60_000;

export interface Indexing {
  /** Embeds what has changed; safe to repeat, and goes on where it was cut off. */
  index(): Promise<unknown>;
  log: Log;
  /** Calls once, later, and says how to call it off. */
  later?(work: () => void, ms: number): () => void;
}

const byTimer = (work: () => void, ms: number): (() => void) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

/** Until all runbooks are embedded: an endpoint that is down at the start must not cost the meaning for good. */
export const indexInTime = ({ index, log, later = byTimer }: Indexing): (() => Promise<void>) => {
  let callOff = (): void => undefined;
  let stopped = false;
  const attempt = async (): Promise<void> => {
    try {
      await index();
    } catch (error) {
      log(
        "runbooks are searched by words only; their meaning is tried again in a minute",
        { error: String(error) },
        "warn",
      );
      if (!stopped) callOff = later(() => void attempt(), againMs);
    }
  };
  void attempt();
  return async () => {
    stopped = true;
    callOff();
  };
};
