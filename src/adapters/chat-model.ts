import type { Model } from "../ports/model.ts";
import { openAi } from "./chat-openai.ts";
import { listPrices } from "./price-list.ts";

export interface ChatModelSettings {
  /** `provider:model`. */
  name: string;
  apiKey: string | null;
  baseUrl: string;
  deadlineMs?: number;
}

const defaultDeadlineMs = 60_000;
const busyMs = 2_000;
const hosted = "api.openai.com";
// Local servers ask for no key, but the client refuses to start without one.
const anyKey = "none";

const keyFor = ({ name, apiKey, baseUrl }: ChatModelSettings): string => {
  if (apiKey !== null && apiKey !== "") return apiKey;
  if (new URL(baseUrl).hostname !== hosted) return anyKey;
  throw new Error(
    `NIGHTSHIFT_MODEL is ${name}, but OPENAI_API_KEY is not set; set it, or OPENAI_BASE_URL for a server of your own`,
  );
};

/** The model of that name. Throws at once when it can never answer. */
export const chatModel = (settings: ChatModelSettings): Model => {
  const { name, baseUrl, deadlineMs = defaultDeadlineMs } = settings;
  const [, provider, model] = /^([a-z]+):(.+)$/.exec(name) ?? [];
  if (provider !== "openai" || model === undefined)
    throw new Error(
      `NIGHTSHIFT_MODEL is "${name}"; supported is openai:<model>, with OPENAI_BASE_URL for any server that speaks OpenAI's chat completions`,
    );
  return openAi({ model, apiKey: keyFor(settings), baseURL: baseUrl, deadlineMs, busyMs, prices: listPrices() });
};
