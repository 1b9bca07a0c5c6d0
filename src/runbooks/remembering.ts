import type { Embedder } from "../ports/embedder.ts";

const mostRemembered = 50;

/** Embeds a single text once while it is asked for again soon. */
export const remembering = (embedder: Embedder): Embedder => {
  const recent = new Map<string, Promise<number[][]>>();
  const once = (text: string, signal?: AbortSignal): Promise<number[][]> => {
    const asked = embedder.embed([text], signal);
    recent.set(text, asked);
    asked.catch(() => recent.delete(text));
    const [oldest] = recent.keys();
    if (recent.size > mostRemembered && oldest !== undefined) recent.delete(oldest);
    return asked;
  };
  return {
    name: embedder.name,
    embed: (texts, signal) => {
      const [only] = texts;
      if (texts.length !== 1 || only === undefined) return embedder.embed(texts, signal);
      return recent.get(only) ?? once(only, signal);
    },
  };
};
