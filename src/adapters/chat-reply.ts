import type { ModelReply, ToolCall } from "../ports/model.ts";
import { costOf, type Prices } from "./prices.ts";

/** What is used of LangChain's AIMessage. */
export interface ChatMessage {
  text: string;
  tool_calls?: { name: string; args: unknown }[] | undefined;
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

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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

export const costOfMessage = ({ usage_metadata: usage }: ChatMessage, prices: Prices, model: string, seconds: number) =>
  costOf(
    prices,
    model,
    {
      inputTokens: usage?.input_tokens ?? 0,
      cachedTokens: usage?.input_token_details?.cache_read ?? 0,
      writtenTokens: usage?.input_token_details?.cache_creation ?? 0,
      outputTokens: usage?.output_tokens ?? 0,
    },
    seconds,
  );

/** A reply that was cut off or refused holds no call: half a call is none. Nor is one whose arguments are no object. */
export const replyFrom = (message: ChatMessage, found: ToolCall[], cost: ModelReply["cost"]): ModelReply => {
  const whole = found.filter(({ args }) => isRecord(args));
  const finish = finishOf(message, whole);
  return { calls: finish === "tools" ? whole : [], text: message.text.slice(0, maxText), finish, cost };
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
