import type { ToolSpec } from "./model.ts";

/** What a tool of somebody else's server said: text, bounded. */
export interface SourceAnswer {
  text: string;
  truncated: boolean;
}

/** Read-only tools of other servers, as further places to look. Their names begin with `mcp_`, those of our own never do. */
export interface Sources {
  /** Those that may be asked now. A server that does not answer in time is left out; its tools are back when it is. */
  tools(signal?: AbortSignal): Promise<ToolSpec[]>;
  /** `args` is the text of a JSON object. Null: the tool answered, and had nothing to say. Throws PortError. */
  ask(tool: string, args: string, signal?: AbortSignal): Promise<SourceAnswer | null>;
}
