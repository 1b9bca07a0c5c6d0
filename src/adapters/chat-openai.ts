import { setTimeout as wait } from "node:timers/promises";
import type { Model, ModelReply, ModelRequest } from "../ports/model.ts";
import { cannotCallTools, chatError, isBusy } from "./chat-error.ts";
import { type ChatMessage, callInText, costOfMessage, replyFrom } from "./chat-reply.ts";
import type { Prices } from "./prices.ts";

export interface OpenAiSettings {
  model: string;
  apiKey: string;
  baseURL: string;
  deadlineMs: number;
  /** How long to wait before the one retry when the provider is busy. */
  busyMs: number;
  prices: Prices;
}

const maxOutputTokens = 4_000;

// Loaded only when a model is asked: most of the start-up time of the process would go there.
const clientFor = async ({ model, apiKey, baseURL, deadlineMs }: OpenAiSettings) => {
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

type Client = Awaited<ReturnType<typeof clientFor>>;

const messagesFor = (system: string, user: string): [string, string][] => [
  ["system", system],
  ["user", user],
];

const withTools = async (client: Client, request: ModelRequest, signal: AbortSignal) => {
  const tools = request.tools.map(({ name, description, schema: parameters }) => ({
    type: "function" as const,
    function: { name, description, parameters },
  }));
  const bound = client.bindTools(tools, { tool_choice: request.force ?? "required" });
  const message: ChatMessage = await bound.invoke(messagesFor(request.system, request.user), { signal });
  return { message, calls: (message.tool_calls ?? []).map(({ name, args }) => ({ name, args })) };
};

const inWords = ({ tools, force }: ModelRequest): string =>
  [
    'Answer with one JSON object {"tool": name, "args": {...}} and nothing else. Tools, with the schema of their args:',
    ...tools.filter(({ name }) => force === null || name === force).map((tool) => JSON.stringify(tool)),
  ].join("\n");

const withoutTools = async (client: Client, request: ModelRequest, signal: AbortSignal) => {
  const system = `${request.system}\n${inWords(request)}`;
  const message: ChatMessage = await client.invoke(messagesFor(system, request.user), { signal });
  return { message, calls: callInText(message.text) };
};

const ask = async (client: Client, request: ModelRequest, signal: AbortSignal) => {
  try {
    return await withTools(client, request, signal);
  } catch (error) {
    if (!cannotCallTools(error)) throw error;
    return withoutTools(client, request, signal);
  }
};

const askPatiently = async (client: Client, request: ModelRequest, signal: AbortSignal, busyMs: number) => {
  try {
    return await ask(client, request, signal);
  } catch (error) {
    if (!isBusy(error)) throw error;
    await wait(busyMs, undefined, { signal });
    return ask(client, request, signal);
  }
};

/** OpenAI and every server that speaks its chat completions. */
export const openAi = (settings: OpenAiSettings): Model => {
  const name = `openai:${settings.model}`;
  const reply = async (request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> => {
    const began = performance.now();
    const deadline = AbortSignal.any([AbortSignal.timeout(settings.deadlineMs), ...(signal ? [signal] : [])]);
    try {
      const client = await clientFor(settings);
      const { message, calls } = await askPatiently(client, request, deadline, settings.busyMs);
      const seconds = (performance.now() - began) / 1000;
      return replyFrom(message, calls, costOfMessage(message, settings.prices, settings.model, seconds));
    } catch (error) {
      throw chatError(error, name, deadline.aborted);
    }
  };
  return { name, reply };
};
