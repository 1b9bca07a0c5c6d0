import { setTimeout as wait } from "node:timers/promises";
import type { Model, ModelReply, ModelRequest, ToolCall, ToolSpec } from "../ports/model.ts";
import { cannotCallTools, chatError, isBusy, neverCallsTools, patience } from "./chat-error.ts";
import { type ChatMessage, callInText, costOfMessage, replyFrom } from "./chat-reply.ts";
import type { Prices } from "./prices.ts";

export interface ChatSettings {
  model: string;
  apiKey: string;
  baseURL: string;
  deadlineMs: number;
  /** How long to wait before the one retry when the provider is busy and does not say. */
  busyMs: number;
  prices: Prices;
}

/** What differs between providers: how a request with tools is sent, and one without. */
export interface ChatClient {
  withTools(request: ModelRequest, signal: AbortSignal): Promise<ChatMessage>;
  inProse(system: string, user: string, signal: AbortSignal): Promise<ChatMessage>;
}

export interface Provider {
  /** As in `provider:model`. */
  name: string;
  /** Loads the provider's package: only when a model is asked, for most of the start of the process would go there. */
  open(settings: ChatSettings): Promise<ChatClient>;
}

const inWords = (tools: readonly ToolSpec[], force: string | null): string =>
  [
    'Answer with one JSON object {"tool": name, "args": {...}} and nothing else. Tools, with the schema of their args:',
    ...tools.filter(({ name }) => force === null || name === force).map((tool) => JSON.stringify(tool)),
  ].join("\n");

/** A server that does not know of tools may write the call it means as text. */
const callsIn = (message: ChatMessage, { tools }: ModelRequest): ToolCall[] => {
  const calls = (message.tool_calls ?? []).map(({ name, args }) => ({ name, args }));
  if (calls.length > 0) return calls;
  return callInText(message.text).filter((call) => tools.some(({ name }) => name === call.name));
};

const askInWords = async (client: ChatClient, request: ModelRequest, signal: AbortSignal) => {
  const system = `${request.system}\n${inWords(request.tools, request.force)}`;
  const message = await client.inProse(system, request.user, signal);
  return { message, calls: callsIn(message, request) };
};

/** Whether this model has turned out to be one that cannot call tools. */
interface Known {
  words: boolean;
}

const ask = async (client: ChatClient, request: ModelRequest, signal: AbortSignal, known: Known) => {
  if (known.words) return askInWords(client, request, signal);
  try {
    const message = await client.withTools(request, signal);
    return { message, calls: callsIn(message, request) };
  } catch (error) {
    if (!cannotCallTools(error)) throw error;
    const answer = await askInWords(client, request, signal);
    known.words = neverCallsTools(error);
    return answer;
  }
};

const askPatiently = async (
  client: ChatClient,
  request: ModelRequest,
  signal: AbortSignal,
  { busyMs, known }: { busyMs: number; known: Known },
) => {
  try {
    return await ask(client, request, signal, known);
  } catch (error) {
    if (!isBusy(error)) throw error;
    await wait(patience(error) ?? busyMs, undefined, { signal });
    return ask(client, request, signal, known);
  }
};

/** A model behind any provider: a deadline, one retry when it is busy, words where it cannot call tools. */
export const chatThrough = (provider: Provider, settings: ChatSettings): Model => {
  const name = `${provider.name}:${settings.model}`;
  const known: Known = { words: false };
  const reply = async (request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> => {
    // Before the clock starts: loading a package is our own slowness, not the provider's.
    const client = await provider.open(settings);
    const began = performance.now();
    const deadline = AbortSignal.any([AbortSignal.timeout(settings.deadlineMs), ...(signal ? [signal] : [])]);
    try {
      const { message, calls } = await askPatiently(client, request, deadline, { busyMs: settings.busyMs, known });
      const seconds = (performance.now() - began) / 1000;
      return replyFrom(message, calls, costOfMessage(message, request, settings.prices, settings.model, seconds));
    } catch (error) {
      throw chatError(error, name, deadline.aborted);
    }
  };
  return { name, reply };
};
