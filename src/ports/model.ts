import type { Cost } from "../incident/cost.ts";

/** A tool as the model sees it: a name, what it is for, and a JSON schema of its arguments. */
export interface ToolSpec {
  name: string;
  description: string;
  schema: Record<string, unknown>;
}

export interface ModelRequest {
  /** Stable over the rounds of one incident, so that the provider can cache it. */
  system: string;
  user: string;
  tools: readonly ToolSpec[];
  /** Name of the one tool that must be called, or null: any of them. */
  force: string | null;
  /** Absent: the model itself. "triage": the cheap one before it, where there is one. */
  tier?: "triage";
}

export interface ToolCall {
  name: string;
  /** Not validated: whoever asked checks it against its own schema. */
  args: unknown;
}

export interface ModelReply {
  calls: ToolCall[];
  /** Prose beside the calls, or instead of them; bounded to 4 000 characters. */
  text: string;
  finish: "tools" | "stop" | "length" | "refused" | "other";
  cost: Cost;
}

/** One question to a language model. Never streams, never holds a conversation: each request is whole. */
export interface Model {
  /** `provider:model`, for the report. */
  readonly name: string;
  /** The cheap model that is asked before this one; absent where there is none. */
  readonly triage?: string;
  reply(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply>;
}
