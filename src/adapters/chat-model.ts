import type { Clock } from "../ports/clock.ts";
import type { Model } from "../ports/model.ts";
import { anthropic } from "./chat-anthropic.ts";
import { chatThrough, type Provider } from "./chat-asked.ts";
import { azureOpenAi, openAi } from "./chat-openai.ts";
import { listPrices } from "./price-list.ts";

export interface ChatModelSettings {
  /** `provider:model`. */
  name: string;
  /** By provider; null where none is set. */
  access: Record<ProviderName, { apiKey: string | null; baseUrl: string }>;
  deadlineMs?: number;
}

interface Known {
  provider: Provider;
  /** Where the provider itself answers: there a key is needed; null: it is needed everywhere. */
  hosted: string | null;
  key: string;
  address: string;
}

const providers = {
  openai: { provider: openAi, hosted: "api.openai.com", key: "OPENAI_API_KEY", address: "OPENAI_BASE_URL" },
  anthropic: {
    provider: anthropic,
    hosted: "api.anthropic.com",
    key: "ANTHROPIC_API_KEY",
    address: "ANTHROPIC_BASE_URL",
  },
  azure: { provider: azureOpenAi, hosted: null, key: "AZURE_OPENAI_API_KEY", address: "AZURE_OPENAI_ENDPOINT" },
} satisfies Record<string, Known>;

export type ProviderName = keyof typeof providers;

const defaultDeadlineMs = 60_000;
const busyMs = 2_000;
// Local servers ask for no key, but the clients refuse to start without one.
const anyKey = "none";

const isProvider = (name: string | undefined): name is ProviderName =>
  name !== undefined && Object.hasOwn(providers, name);

const keyFor = ({ name, access }: ChatModelSettings, provider: ProviderName): string => {
  const { apiKey, baseUrl } = access[provider];
  const { hosted, key, address } = providers[provider];
  if (apiKey !== null && apiKey !== "") return apiKey;
  if (hosted !== null && new URL(baseUrl).hostname !== hosted) return anyKey;
  throw new Error(`the model is ${name}, but ${key} is not set; set it, or ${address} for a server of your own`);
};

/** The model of that name. Throws at once when it can never answer. */
export const chatModel = (settings: ChatModelSettings, clock: Clock): Model => {
  const { name, access, deadlineMs = defaultDeadlineMs } = settings;
  const [, provider, model] = /^([a-z]+):(.+)$/.exec(name) ?? [];
  if (!isProvider(provider) || model === undefined)
    throw new Error(
      `the model is "${name}"; supported is openai:<model>, with OPENAI_BASE_URL for any server that speaks OpenAI's chat ` +
        "completions, anthropic:<model>, and azure:<deployment>",
    );
  const baseURL = access[provider].baseUrl;
  const asked = { model, apiKey: keyFor(settings, provider), baseURL, deadlineMs, busyMs, prices: listPrices() };
  return chatThrough(providers[provider].provider, asked, clock);
};
