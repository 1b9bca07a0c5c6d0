import { openAiEmbeddings } from "./adapters/embeddings-openai.ts";
import type { Config } from "./config.ts";
import type { Budget } from "./nodes/budget.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { Model } from "./ports/model.ts";
import { tiered } from "./ports/tiered.ts";
import { type PriceOf, type Purse, withinDay } from "./ports/within-day.ts";
import { systemClock } from "./world.ts";

const accessFrom = (config: Config) => ({
  openai: { apiKey: config.OPENAI_API_KEY ?? null, baseUrl: config.OPENAI_BASE_URL },
  anthropic: { apiKey: config.ANTHROPIC_API_KEY ?? null, baseUrl: config.ANTHROPIC_BASE_URL },
  // Without an address `azure:` is refused by the configuration.
  azure: { apiKey: config.AZURE_OPENAI_API_KEY ?? null, baseUrl: config.AZURE_OPENAI_ENDPOINT ?? "" },
});

/** What the models of a table of list prices cost at most; null for any other. */
const listPrice = async (): Promise<PriceOf> => {
  const [{ listPrices }, { dearestOf }] = await Promise.all([
    import("./adapters/price-list.ts"),
    import("./adapters/prices.ts"),
  ]);
  const prices = listPrices();
  return (model) => dearestOf(prices, model.slice(model.indexOf(":") + 1));
};

/** By these the walk knows before a call what it may cost at most. */
export const pricesOf = async (strong: string | undefined, triage?: string): Promise<Budget["prices"]> => {
  if (strong === undefined) return undefined;
  const price = await listPrice();
  return { strong: price(strong), triage: triage === undefined ? null : price(triage) };
};

/** The same, within what the models of all replicas may cost in a day. */
export const openBudgetedModel = async (config: Config, purse: Purse): Promise<Model | null> => {
  const model = await openModel(config);
  return model && withinDay(model, purse, await listPrice());
};

/** The model for what rules cannot decide, with a cheap one before it where one is named; or null: rules only. */
export const openModel = async (config: Config): Promise<Model | null> => {
  const { NIGHTSHIFT_MODEL: name, NIGHTSHIFT_TRIAGE_MODEL: triage } = config;
  if (name === undefined) return null;
  // The clients are loaded only when there is a model.
  const { chatModel } = await import("./adapters/chat-model.ts");
  const access = accessFrom(config);
  const strong = chatModel({ name, access }, systemClock);
  return triage === undefined ? strong : tiered(chatModel({ name: triage, access }, systemClock), strong);
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
