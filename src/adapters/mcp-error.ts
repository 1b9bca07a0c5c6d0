import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { RefusalReason } from "../incident/evidence.ts";
import { PortError } from "../ports/port-error.ts";
import { noteOf } from "./mcp-schema.ts";
import { reasonOfStatus } from "./transport-error.ts";

const longest = 300;

const byCode: Partial<Record<number, RefusalReason>> = {
  [ErrorCode.RequestTimeout]: "timeout",
  [ErrorCode.ConnectionClosed]: "unreachable",
  [ErrorCode.InvalidParams]: "invalid",
};

const reasonOf = (error: unknown): RefusalReason => {
  if (error instanceof McpError) return byCode[error.code] ?? "failed";
  if (error instanceof StreamableHTTPError && error.code !== undefined && error.code > 0)
    return reasonOfStatus(error.code);
  return "unreachable";
};

const deepest = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  // The library puts its own number before what was said.
  return error.cause instanceof Error ? deepest(error.cause) : error.message.replace(/^(MCP error -?\d+: )+/, "");
};

/** Whatever goes wrong with a server is an answer: which one, what was wanted of it, what it said. */
export const sourceError = (error: unknown, what: string, lastWords = ""): PortError => {
  if (error instanceof PortError) return error;
  const said = lastWords === "" ? "" : `; it said: ${noteOf(lastWords, longest)}`;
  return new PortError("sources", reasonOf(error), `${what}: ${noteOf(deepest(error), longest)}${said}`, {
    cause: error,
  });
};
