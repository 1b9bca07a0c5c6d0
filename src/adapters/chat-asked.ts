import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";
import type { Model, ModelReply, ModelRequest, ToolCall, ToolSpec } from "../ports/model.ts";
import { PortError } from "../ports/port-error.ts";
import { cannotCallTools, chatError, isBusy, neverCallsTools, patience } from "./chat-error.ts";
import { type ChatMessage, callInText, callsTold, costOfMessage, replyFrom } from "./chat-reply.ts";
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
  const calls = callsTold(message);
  if (calls.length > 0) return calls;
  return callInText(message.text).filter((call) => tools.some(({ name }) => name === call.name));
};

const askInWords = (client: ChatClient, request: ModelRequest, signal: AbortSignal): Promise<ChatMessage> =>
  client.inProse(`${request.system}\n${inWords(request.tools, request.force)}`, request.user, signal);

// A server may be given another model, or have been started without its tools.
const wordsMs = 10 * 60_000;

/** Until when this model is asked in words: it said that it cannot call tools. */
interface Known {
  wordsUntil: number;
  clock: Clock;
}

const ask = async (
  client: ChatClient,
  request: ModelRequest,
  signal: AbortSignal,
  known: Known,
): Promise<ChatMessage> => {
  const now = known.clock.now().getTime();
  if (now < known.wordsUntil) return askInWords(client, request, signal);
  try {
    return await client.withTools(request, signal);
  } catch (error) {
    if (!cannotCallTools(error)) throw error;
    const answer = await askInWords(client, request, signal);
    if (neverCallsTools(error)) known.wordsUntil = now + wordsMs;
    return answer;
  }
};

const stopwatch = (clock: Clock) => {
  const began = clock.now().getTime();
  return (): number => clock.now().getTime() - began;
};

const askPatiently = async (
  client: ChatClient,
  request: ModelRequest,
  signal: AbortSignal,
  { busyMs, deadlineMs, known }: Pick<ChatSettings, "busyMs" | "deadlineMs"> & { known: Known },
) => {
  const elapsed = stopwatch(known.clock);
  try {
    return await ask(client, request, signal, known);
  } catch (error) {
    const pause = isBusy(error) ? (patience(error) ?? busyMs) : null;
    // Who asks for more time than there is left gets no second call, and the walk none of the wait.
    if (pause === null || pause >= deadlineMs - elapsed()) throw error;
    await wait(pause, undefined, { signal });
    return ask(client, request, signal, known);
  }
};

/** What it answered, for the walk. What goes wrong here is our own fault, and is told so. */
const read = (message: ChatMessage, request: ModelRequest, { prices, model }: ChatSettings, seconds: number) => {
  try {
    return replyFrom(message, callsIn(message, request), costOfMessage(message, request, prices, model, seconds));
  } catch (error) {
    const what = `the reply of ${model} came, but reading it failed in Nightshift itself: ${String(error).slice(0, 200)}`;
    throw new PortError("model", "failed", what, { cause: error });
  }
};

/** A model behind any provider: a deadline, one retry when it is busy, words where it cannot call tools. */
export const chatThrough = (provider: Provider, settings: ChatSettings, clock: Clock): Model => {
  const name = `${provider.name}:${settings.model}`;
  const known: Known = { wordsUntil: 0, clock };
  const reply = async (request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> => {
    // Before the clock starts: loading a package is our own slowness, not the provider's.
    const client = await provider.open(settings);
    const began = performance.now();
    const deadline = AbortSignal.any([AbortSignal.timeout(settings.deadlineMs), ...(signal ? [signal] : [])]);
    const message = await askPatiently(client, request, deadline, { ...settings, known }).catch((error: unknown) => {
      throw chatError(error, name, deadline.aborted);
    });
    return read(message, request, settings, (performance.now() - began) / 1000);
  };
  return { name, reply };
};
