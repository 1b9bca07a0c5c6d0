import type { ModelRequest } from "../ports/model.ts";
import { type ChatSettings, maxOutputTokens, type Provider } from "./chat-asked.ts";

const clientFor = async ({ model, apiKey, baseURL, deadlineMs }: ChatSettings) => {
  const { ChatOpenAICompletions } = await import("@langchain/openai");
  return new ChatOpenAICompletions({
    model,
    apiKey,
    maxRetries: 1,
    maxTokens: maxOutputTokens,
    // A refusal is nowhere else.
    __includeRawResponse: true,
    timeout: deadlineMs,
    configuration: { baseURL },
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

/** OpenAI and every server that speaks its chat completions. */
export const openAi: Provider = {
  name: "openai",
  open: async (settings) => {
    const client = await clientFor(settings);
    return {
      withTools: (request, signal) =>
        client
          .bindTools(toolsOf(request), { tool_choice: request.force ?? "required" })
          .invoke(messagesFor(request.system, request.user), { signal }),
      inProse: (system, user, signal) => client.invoke(messagesFor(system, user), { signal }),
    };
  },
};
