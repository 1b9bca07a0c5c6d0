import { openAiEmbeddings } from "./adapters/embeddings-openai.ts";
import type { Config } from "./config.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { Model } from "./ports/model.ts";

/** The model for what rules cannot decide, or null: rules only. The client is loaded only when there is one. */
export const openModel = async (config: Config): Promise<Model | null> => {
  if (config.NIGHTSHIFT_MODEL === undefined) return null;
  const { chatModel } = await import("./adapters/chat-model.ts");
  return chatModel({
    name: config.NIGHTSHIFT_MODEL,
    access: {
      openai: { apiKey: config.OPENAI_API_KEY ?? null, baseUrl: config.OPENAI_BASE_URL },
      anthropic: { apiKey: config.ANTHROPIC_API_KEY ?? null, baseUrl: config.ANTHROPIC_BASE_URL },
      // Without an address `azure:` is refused by the configuration.
      azure: { apiKey: config.AZURE_OPENAI_API_KEY ?? null, baseUrl: config.AZURE_OPENAI_ENDPOINT ?? "" },
    },
  });
};

/** The sentence model for runbooks by meaning, or null: by words only. */
export const openEmbedder = (config: Config): Embedder | null =>
  config.NIGHTSHIFT_EMBEDDING_MODEL === undefined
    ? null
    : openAiEmbeddings({
        name: config.NIGHTSHIFT_EMBEDDING_MODEL,
        apiKey: config.OPENAI_API_KEY ?? null,
        baseUrl: config.OPENAI_BASE_URL,
      });
