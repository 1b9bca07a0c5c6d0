import type { ModelRequest } from "../ports/model.ts";
import { mostOutput } from "../ports/model-most.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import type { ChatSettings, Provider } from "./chat-asked.ts";

const packages = async () => {
  const [{ ChatAnthropic }, { HumanMessage, SystemMessage }] = await Promise.all([
    import("@langchain/anthropic"),
    import("@langchain/core/messages"),
  ]);
  return { ChatAnthropic, HumanMessage, SystemMessage };
};

// No sampling parameter: the newest models refuse them.
const optionsFor = ({ model, apiKey, baseURL, deadlineMs }: ChatSettings) => ({
  model,
  apiKey,
  anthropicApiUrl: baseURL,
  maxRetries: 1,
  maxTokens: mostOutput,
  clientOptions: { timeout: deadlineMs, fetch: boundedFetch("model") },
});

const toolsOf = ({ tools }: ModelRequest) =>
  tools.map(({ name, description, schema }) => ({
    name,
    description,
    input_schema: { ...schema, type: "object" as const },
  }));

/** Anthropic's messages. Tools and system text are the prefix that stays, and marked as such for its cache. */
export const anthropic: Provider = {
  name: "anthropic",
  open: async (settings) => {
    const { ChatAnthropic, HumanMessage, SystemMessage } = await packages();
    const client = new ChatAnthropic(optionsFor(settings));
    const messagesFor = (system: string, user: string) => [
      new SystemMessage({ content: [{ type: "text", text: system, cache_control: { type: "ephemeral" } }] }),
      new HumanMessage(user),
    ];
    return {
      withTools: (request, signal) =>
        client
          .bindTools(toolsOf(request), {
            // "any": some tool; else the one of this name.
            tool_choice: request.force ?? "any",
          })
          .invoke(messagesFor(request.system, request.user), { signal }),
      inProse: (system, user, signal) => client.invoke(messagesFor(system, user), { signal }),
    };
  },
};
