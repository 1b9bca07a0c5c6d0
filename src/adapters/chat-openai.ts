import type { ModelRequest } from "../ports/model.ts";
import { mostOutput } from "../ports/model-most.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import type { ChatClient, ChatSettings, Provider } from "./chat-asked.ts";
import { refusesLimit } from "./chat-error.ts";

type Limit = "max_tokens" | "max_completion_tokens";

/** Both names of the one limit are in use, and a model that reasons refuses the older. `null`: by the name of the model. */
const clientFor = async (
  { model, apiKey, baseURL, deadlineMs }: ChatSettings,
  defaultHeaders: Record<string, string>,
  limit: Limit | null,
) => {
  const { ChatOpenAICompletions } = await import("@langchain/openai");
  class Limited extends ChatOpenAICompletions {
    override invocationParams(options?: this["ParsedCallOptions"], extra?: { streaming?: boolean }) {
      const { max_tokens, max_completion_tokens, ...params } = super.invocationParams(options, extra);
      if (limit !== null) return { ...params, [limit]: mostOutput };
      return max_tokens == null ? { ...params, max_completion_tokens: mostOutput } : { ...params, max_tokens };
    }
  }
  return new Limited({
    model,
    apiKey,
    maxRetries: 1,
    maxTokens: mostOutput,
    // A refusal is nowhere else.
    __includeRawResponse: true,
    timeout: deadlineMs,
    configuration: { baseURL, defaultHeaders, fetch: boundedFetch("model") },
  });
};

const messagesFor = (system: string, user: string): [string, string][] => [
  ["system", system],
  ["user", user],
];

const toolsOf = ({ tools }: ModelRequest) =>
  tools.map(({ name, description, schema: parameters }) => ({
    type: "function" as const,
    function: { name, description, parameters },
  }));

const speaking = (settings: ChatSettings, headers: Record<string, string>, limit: Limit | null): ChatClient => {
  type Client = Awaited<ReturnType<typeof clientFor>>;
  const ask = async <T>(call: (client: Client) => Promise<T>): Promise<T> => {
    try {
      return await call(await clientFor(settings, headers, limit));
    } catch (error) {
      if (!refusesLimit(error)) throw error;
      const other = limit === "max_completion_tokens" ? "max_tokens" : "max_completion_tokens";
      return call(await clientFor(settings, headers, other));
    }
  };
  return {
    withTools: (request, signal) =>
      ask((client) =>
        client
          .bindTools(toolsOf(request), { tool_choice: request.force ?? "required" })
          .invoke(messagesFor(request.system, request.user), { signal }),
      ),
    inProse: (system, user, signal) => ask((client) => client.invoke(messagesFor(system, user), { signal })),
  };
};

/** OpenAI and every server that speaks its chat completions. */
export const openAi: Provider = {
  name: "openai",
  open: async (settings) => speaking(settings, {}, null),
};

/**
 * A deployment of Azure OpenAI: the same words at the resource's v1 address, the key in a header of its own. What model is
 * behind it, its name does not tell.
 */
export const azureOpenAi: Provider = {
  name: "azure",
  open: async (settings) => {
    const baseURL = `${settings.baseURL.replace(/\/+$/, "")}/openai/v1`;
    return speaking({ ...settings, baseURL }, { "api-key": settings.apiKey }, "max_completion_tokens");
  },
};
