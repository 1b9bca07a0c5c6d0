import { randomUUID } from "node:crypto";
import { readServerFile } from "./adapters/mcp-file.ts";
import type { McpSources } from "./adapters/mcp-sources.ts";
import type { Accepted } from "./adapters/mcp-tools.ts";
import type { Config } from "./config.ts";
import { PortError } from "./ports/port-error.ts";
import { type Redactor, redactedSources, redactor } from "./ports/redacted.ts";
import type { Sources } from "./ports/sources.ts";
import { sourcesWithTimeout } from "./ports/with-timeout.ts";

const limits = { connectMs: 10_000, callMs: 12_000, listMs: 3_000 };
// Longer than those: the last word when a server does not end. Shorter than what one question may take.
const sourcesMs = 13_000;

const openServers = async (path: string): Promise<McpSources> => {
  const file = await readServerFile(path);
  // The protocol's package is loaded only where servers are configured.
  const { mcpSources } = await import("./adapters/mcp-sources.ts");
  return mcpSources(file, limits);
};

export interface OpenSources {
  sources: Sources;
  close(): Promise<void>;
}

/** Servers of others that the model may ask, with deadlines and redaction around them; null: none, or no model that could. */
export const openSources = async (
  { NIGHTSHIFT_MCP: path, NIGHTSHIFT_MODEL: model }: Config,
  redact: Redactor,
): Promise<OpenSources | null> => {
  if (path === undefined || model === undefined) return null;
  const opened = await openServers(path);
  // Begun now, so that the first incident finds them ready; one that does not come up keeps nothing from starting.
  void opened.tools().catch(() => undefined);
  return { sources: redactedSources(sourcesWithTimeout(opened, sourcesMs), redact), close: opened.close };
};

export interface Looked {
  server: string;
  /** Why it cannot be asked; null: it can. */
  why: string | null;
  found: Accepted;
}

const lookedAt = ({ server, found }: Awaited<ReturnType<McpSources["look"]>>[number]): Looked =>
  found instanceof PortError
    ? { server, why: found.message.slice(found.port.length + 2), found: { tools: [], refused: [] } }
    : { server, why: null, found };

/** What each server offers, and why not more. */
export const lookAtServers = async (path: string): Promise<Looked[]> => {
  const opened = await openServers(path);
  try {
    return (await opened.look()).map(lookedAt);
  } finally {
    await opened.close();
  }
};

/** One question, as a person asks it. */
export const askServer = async (path: string, tool: string, args: string): Promise<string> => {
  const opened = await openServers(path);
  try {
    // Nothing of it is kept or compared: any key does.
    const asked = redactedSources(sourcesWithTimeout(opened, 2 * sourcesMs), redactor(randomUUID()));
    return (await asked.ask(tool, args))?.text ?? "(it said nothing)";
  } finally {
    await opened.close();
  }
};
