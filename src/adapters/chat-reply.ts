import type { ModelReply, ToolCall } from "../ports/model.ts";
import { costOf, type Prices } from "./prices.ts";

/** What is used of LangChain's AIMessage. */
export interface ChatMessage {
  text: string;
  tool_calls?: { name: string; args: unknown }[] | undefined;
  usage_metadata?:
    | { input_tokens: number; output_tokens: number; input_token_details?: { cache_read?: number } }
    | undefined;
  response_metadata: Record<string, unknown>;
  additional_kwargs: Record<string, unknown>;
}

const maxText = 4_000;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refusalIn = ({ additional_kwargs: { __raw_response: raw } }: ChatMessage): boolean =>
  isRecord(raw) &&
  Array.isArray(raw.choices) &&
  raw.choices.some((choice) => isRecord(choice) && isRecord(choice.message) && Boolean(choice.message.refusal));

const finishOf = (message: ChatMessage, calls: readonly ToolCall[]): ModelReply["finish"] => {
  const reason = message.response_metadata.finish_reason;
  if (refusalIn(message) || reason === "content_filter") return "refused";
  if (reason === "length") return "length";
  if (calls.length > 0) return "tools";
  return reason === "stop" ? "stop" : "other";
};

export const costOfMessage = ({ usage_metadata: usage }: ChatMessage, prices: Prices, model: string, seconds: number) =>
  costOf(
    prices,
    model,
    {
      inputTokens: usage?.input_tokens ?? 0,
      cachedTokens: usage?.input_token_details?.cache_read ?? 0,
      outputTokens: usage?.output_tokens ?? 0,
    },
    seconds,
  );

/** A reply that was cut off or refused holds no call: half a call is none. */
export const replyFrom = (message: ChatMessage, found: ToolCall[], cost: ModelReply["cost"]): ModelReply => {
  const finish = finishOf(message, found);
  return { calls: finish === "tools" ? found : [], text: message.text.slice(0, maxText), finish, cost };
};

/** The one object `{"tool","args"}` in prose, for servers without tools; none where there is no such object. */
export const callInText = (text: string): ToolCall[] => {
  try {
    const value: unknown = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
    return isRecord(value) && typeof value.tool === "string" ? [{ name: value.tool, args: value.args }] : [];
  } catch {
    return [];
  }
};
