import type { ModelRequest } from "../ports/model.ts";
import { mostOutput } from "../ports/model-most.ts";
import type { ChatClient, ChatSettings, Provider } from "./chat-asked.ts";

const clientFor = async (
  { model, apiKey, baseURL, deadlineMs }: ChatSettings,
  defaultHeaders: Record<string, string> = {},
) => {
  const { ChatOpenAICompletions } = await import("@langchain/openai");
  return new ChatOpenAICompletions({
    model,
    apiKey,
    maxRetries: 1,
    maxTokens: mostOutput,
    // A refusal is nowhere else.
    __includeRawResponse: true,
    timeout: deadlineMs,
    configuration: { baseURL, defaultHeaders },
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

const speaking = (client: Awaited<ReturnType<typeof clientFor>>): ChatClient => ({
  withTools: (request, signal) =>
    client
      .bindTools(toolsOf(request), { tool_choice: request.force ?? "required" })
      .invoke(messagesFor(request.system, request.user), { signal }),
  inProse: (system, user, signal) => client.invoke(messagesFor(system, user), { signal }),
});

/** OpenAI and every server that speaks its chat completions. */
export const openAi: Provider = {
  name: "openai",
  open: async (settings) => speaking(await clientFor(settings)),
};

/** A deployment of Azure OpenAI: the same words at the resource's v1 address, the key in a header of its own. */
export const azureOpenAi: Provider = {
  name: "azure",
  open: async (settings) => {
    const baseURL = `${settings.baseURL.replace(/\/+$/, "")}/openai/v1`;
    return speaking(await clientFor({ ...settings, baseURL }, { "api-key": settings.apiKey }));
  },
};
