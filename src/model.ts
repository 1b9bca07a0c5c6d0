import { openAiEmbeddings } from "./adapters/embeddings-openai.ts";
import type { Config } from "./config.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { Model } from "./ports/model.ts";
import { tiered } from "./ports/tiered.ts";

const accessFrom = (config: Config) => ({
  openai: { apiKey: config.OPENAI_API_KEY ?? null, baseUrl: config.OPENAI_BASE_URL },
  anthropic: { apiKey: config.ANTHROPIC_API_KEY ?? null, baseUrl: config.ANTHROPIC_BASE_URL },
  // Without an address `azure:` is refused by the configuration.
  azure: { apiKey: config.AZURE_OPENAI_API_KEY ?? null, baseUrl: config.AZURE_OPENAI_ENDPOINT ?? "" },
});

/** The model for what rules cannot decide, with a cheap one before it where one is named; or null: rules only. */
export const openModel = async (config: Config): Promise<Model | null> => {
  const { NIGHTSHIFT_MODEL: name, NIGHTSHIFT_TRIAGE_MODEL: triage } = config;
  if (name === undefined) return null;
  // The clients are loaded only when there is a model.
  const { chatModel } = await import("./adapters/chat-model.ts");
  const access = accessFrom(config);
  const strong = chatModel({ name, access });
  return triage === undefined ? strong : tiered(chatModel({ name: triage, access }), strong);
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
