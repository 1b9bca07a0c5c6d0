import { z } from "zod";
import type { Embedder } from "../ports/embedder.ts";
import { PortError } from "../ports/port-error.ts";
import { callJson } from "./json-call.ts";

export interface EmbeddingSettings {
  /** `provider:model`. */
  name: string;
  apiKey: string | null;
  baseUrl: string;
  deadlineMs?: number;
}

const port = "embedder";
// Long enough for a model on two slow cores; a question waits far less, by its own deadline.
const defaultDeadlineMs = 60_000;
const batch = 16;

const Answer = z.object({
  data: z.array(z.object({ index: z.int().optional(), embedding: z.union([z.array(z.number()), z.string()]) })),
});

const floatsIn = (base64: string): number[] => {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length % 4 !== 0) throw new PortError(port, "invalid", "a vector in base64 is cut off");
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
};

/** Zeros, and numbers whose squares are too large or small to be kept, are like nothing: the cosine of them is no number. */
const hasDirection = (vector: readonly number[]): boolean => {
  const length = Math.fround(vector.reduce((sum, one) => sum + Math.fround(one) ** 2, 0));
  return Number.isFinite(length) && length > 0;
};

const vectorsIn = (answer: unknown, count: number): number[][] => {
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) throw new PortError(port, "invalid", "the answer holds no vectors");
  const sorted = parsed.data.data
    .map((entry, at) => ({ at: entry.index ?? at, embedding: entry.embedding }))
    .sort((left, right) => left.at - right.at)
    .map(({ embedding }) => (typeof embedding === "string" ? floatsIn(embedding) : embedding));
  const [first] = sorted;
  if (sorted.length !== count) throw new PortError(port, "invalid", `${sorted.length} vectors for ${count} texts`);
  if (sorted.some((one) => one.length === 0 || one.length !== first?.length))
    throw new PortError(port, "invalid", "the vectors are not all of one length");
  if (!sorted.every(hasDirection)) throw new PortError(port, "invalid", "a vector is all zero, or not finite");
  return sorted;
};

/** OpenAI and every server that speaks its `/embeddings`. base64 is a quarter of the size; some servers know only numbers. */
export const openAiEmbeddings = ({
  name,
  apiKey,
  baseUrl,
  deadlineMs = defaultDeadlineMs,
}: EmbeddingSettings): Embedder => {
  const model = name.replace(/^[a-z]+:/, "");
  let format: "base64" | "float" = "base64";
  const ask = async (input: readonly string[], signal: AbortSignal | undefined): Promise<number[][]> => {
    const answer = await callJson({
      port,
      method: "POST",
      url: `${baseUrl.replace(/\/$/, "")}/embeddings`,
      headers: {
        "content-type": "application/json",
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: { model, input, encoding_format: format },
      signal,
      deadlineMs,
    });
    return vectorsIn(answer, input.length);
  };
  const askEither = async (input: readonly string[], signal: AbortSignal | undefined): Promise<number[][]> => {
    try {
      return await ask(input, signal);
    } catch (error) {
      const refused = error instanceof PortError && error.reason === "invalid" && format === "base64";
      if (!refused) throw error;
      format = "float";
      return ask(input, signal);
    }
  };
  return {
    name,
    embed: async (texts, signal) => {
      const vectors: number[][] = [];
      for (let at = 0; at < texts.length; at += batch)
        vectors.push(...(await askEither(texts.slice(at, at + batch), signal)));
      return vectors;
    },
  };
};
