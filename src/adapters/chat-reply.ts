import type { ModelReply, ModelRequest, ToolCall } from "../ports/model.ts";
import { bytesOf, mostTokens } from "../ports/model-most.ts";
import { costOf, type Prices } from "./prices.ts";

/** What is used of LangChain's AIMessage. */
export interface ChatMessage {
  text: string;
  tool_calls?: { name: string; args: unknown }[] | undefined;
  /** Those whose arguments are no text that holds JSON. */
  invalid_tool_calls?: { name?: string; args?: unknown }[] | undefined;
  usage_metadata?:
    | {
        input_tokens: number;
        output_tokens: number;
        input_token_details?: { cache_read?: number; cache_creation?: number };
      }
    | undefined;
  response_metadata: Record<string, unknown>;
  additional_kwargs: Record<string, unknown>;
}

const maxText = 4_000;
const longestCall = 64_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Arguments come as text, as an object, or as text within text, by server. */
const unwrapped = (args: unknown): unknown => {
  if (typeof args !== "string" || args.length > longestCall) return args;
  try {
    return JSON.parse(args);
  } catch {
    return args;
  }
};

/** The calls that a reply tells by themselves. */
export const callsTold = ({ tool_calls: told = [], invalid_tool_calls: odd = [] }: ChatMessage): ToolCall[] => [
  ...told.map(({ name, args }) => ({ name, args: unwrapped(args) })),
  ...odd.flatMap(({ name, args }) => (name !== undefined && isRecord(args) ? [{ name, args }] : [])),
];

const refusalIn = ({ additional_kwargs: { __raw_response: raw } }: ChatMessage): boolean =>
  isRecord(raw) &&
  Array.isArray(raw.choices) &&
  raw.choices.some((choice) => isRecord(choice) && isRecord(choice.message) && Boolean(choice.message.refusal));

/** OpenAI says `finish_reason`, Anthropic `stop_reason`; tool calls are told by themselves. */
const reasons: Readonly<Record<string, ModelReply["finish"]>> = {
  content_filter: "refused",
  refusal: "refused",
  length: "length",
  max_tokens: "length",
  stop: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
};

const finishOf = (message: ChatMessage, calls: readonly ToolCall[]): ModelReply["finish"] => {
  const said = message.response_metadata.finish_reason ?? message.additional_kwargs.stop_reason;
  const reason = refusalIn(message) ? "refused" : reasons[String(said)];
  if (reason === "refused" || reason === "length") return reason;
  return calls.length > 0 ? "tools" : (reason ?? "other");
};

// Beside the request itself stand the provider's own words; more output than this no model writes in one reply.
const ownWords = 8_192;
const absurdOutput = 100_000;

const isCount = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most;

/** What the provider says that was read and written; what the request may take at most where it says nothing, or nonsense. */
const usageOf = ({ usage_metadata: usage }: ChatMessage, request: ModelRequest) => {
  const { input_tokens: input, output_tokens: output, input_token_details: details } = usage ?? {};
  const told = isCount(input, bytesOf(request) + ownWords) && input > 0 && isCount(output, absurdOutput);
  const most = mostTokens(request);
  if (!told) return { inputTokens: most.input, cachedTokens: 0, outputTokens: most.output };
  const { cache_read: read = 0, cache_creation: written = 0 } = details ?? {};
  const cachedTokens = isCount(read, input) ? read : 0;
  const writtenTokens = isCount(written, input - cachedTokens) ? written : 0;
  return { inputTokens: input, cachedTokens, writtenTokens, outputTokens: output };
};

export const costOfMessage = (
  message: ChatMessage,
  request: ModelRequest,
  prices: Prices,
  model: string,
  seconds: number,
) => costOf(prices, model, usageOf(message, request), seconds);

const most = { calls: 32, depth: 8, size: 32_000 };

/** How much there is in arguments, names and values; more than any bound where it lies too deep. */
const sizeOf = (value: unknown, depth = 0): number => {
  if (depth > most.depth) return Number.POSITIVE_INFINITY;
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 1;
  return Object.entries(value).reduce((sum, [key, one]) => sum + key.length + sizeOf(one, depth + 1), 1);
};

/** A reply that was cut off or refused holds no call: half a call is none. Nor is one whose arguments are no object, or huge. */
export const replyFrom = (message: ChatMessage, found: ToolCall[], cost: ModelReply["cost"]): ModelReply => {
  const whole = found.slice(0, most.calls).filter(({ args }) => isRecord(args) && sizeOf(args) <= most.size);
  const finish = finishOf(message, whole);
  return { calls: finish === "tools" ? whole : [], text: message.text.slice(0, maxText), finish, cost };
};

// Some models think aloud, and the beginning of that may be left out.
const thought = /<(\/?)think(?:ing)?>/gi;

const withoutThoughts = (text: string): string => {
  let [said, from, thinking] = ["", 0, false];
  for (const mark of text.matchAll(thought)) {
    const ends = mark[1] === "/";
    if (ends && !thinking) said = "";
    if (!ends && !thinking) said += text.slice(from, mark.index);
    thinking = !ends;
    from = mark.index + mark[0].length;
  }
  return thinking ? said : said + text.slice(from);
};

/** The one object `{"tool","args"}` in prose, for servers without tools; none where there is no such object. */
export const callInText = (text: string): ToolCall[] => {
  const answer = withoutThoughts(text.slice(0, longestCall));
  try {
    const value: unknown = JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
    return isRecord(value) && typeof value.tool === "string" ? [{ name: value.tool, args: value.args }] : [];
  } catch {
    return [];
  }
};
