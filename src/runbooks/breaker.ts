import type { Embedder } from "../ports/embedder.ts";
import { PortError } from "../ports/port-error.ts";
import { within } from "../ports/with-timeout.ts";

// A person waits for the answer; the words are there at once.
const questionMs = 3_000;
// One slow answer may be chance, a second one in a row is not.
const mostFailures = 2;
const restMs = 30_000;

const secondsOf = (ms: number): number => Math.ceil(ms / 1000);

/** A single text has seconds, and an endpoint that failed twice in a row is left alone for a while. */
export const withBreaker = (embedder: Embedder, now: () => number): Embedder => {
  let failures = 0;
  let restUntil = 0;

  const limited = (texts: readonly string[], signal: AbortSignal | undefined): Promise<number[][]> => {
    if (texts.length > 1) return embedder.embed(texts, signal);
    const limit = { port: "embedder", what: "the embedding of a text", ms: questionMs, signal };
    return within(limit, (inner) => embedder.embed(texts, inner));
  };

  const failed = (): void => {
    failures++;
    if (failures >= mostFailures) restUntil = now() + restMs;
  };

  return {
    name: embedder.name,
    embed: async (texts, signal) => {
      const rest = restUntil - now();
      if (rest > 0)
        throw new PortError(
          "embedder",
          "unreachable",
          `${embedder.name} failed ${mostFailures} times in a row and is asked again in ${secondsOf(rest)} s`,
        );
      try {
        const vectors = await limited(texts, signal);
        failures = 0;
        return vectors;
      } catch (error) {
        // Whoever asked gave up: that says nothing about the endpoint.
        if (signal?.aborted !== true) failed();
        throw error;
      }
    },
  };
};
