import { setTimeout as pause } from "node:timers/promises";
import { PortError } from "../ports/port-error.ts";
import { isSensitiveName } from "../ports/sensitive-names.ts";
import type { Sources } from "../ports/sources.ts";
import { type Limits, type McpConnection, mcpConnection } from "./mcp-connection.ts";
import type { ServerFile, ServerSettings } from "./mcp-file.ts";
import type { Accepted, AcceptedTool } from "./mcp-tools.ts";

const mostTools = 20;
const shortestSecret = 8;

export interface McpSources extends Sources {
  /** For doctor: of each server its tools, or why it cannot be asked. */
  look(): Promise<{ server: string; found: Accepted | PortError }[]>;
  close(): Promise<void>;
}

interface Server {
  name: string;
  settings: ServerSettings;
  connection: McpConnection;
}

/** What we gave a server to prove who we are, should it say it back. */
const secretsOf = ({ env, headers }: ServerSettings): string[] =>
  [...Object.entries(env).filter(([name]) => isSensitiveName(name)), ...Object.entries(headers)]
    .flatMap(([, value]) => [value, value.replace(/^\w+\s+/, "")])
    .filter((value) => value.length >= shortestSecret);

const without = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted:given]"), text);

const asPortError = (error: unknown): PortError => {
  if (error instanceof PortError) return error;
  throw error;
};

const look = async ({
  name,
  settings,
  connection,
}: Server): Promise<{ server: string; found: Accepted | PortError }> => {
  const found = await connection.tools().catch(asPortError);
  if (!(found instanceof PortError)) return { server: name, found };
  const said = without(found.message.slice(found.port.length + 2), secretsOf(settings));
  return { server: name, found: new PortError(found.port, found.reason, said) };
};

const parsed = (args: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(args);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new PortError("sources", "invalid", "the arguments are no object");
};

/** The tools of the configured servers as one port. A server is begun or reached when it is first asked. */
export const mcpSources = (file: ServerFile, limits: Limits): McpSources => {
  const servers = Object.entries(file).map(([name, settings]) => ({
    name,
    settings,
    connection: mcpConnection(name, settings, limits),
  }));

  const inTime = async (server: Server): Promise<AcceptedTool[]> => {
    const late = new AbortController();
    const listed = server.connection.tools().catch(asPortError);
    const found = await Promise.race([listed, pause(limits.listMs, null, { signal: late.signal }).catch(() => null)]);
    late.abort();
    return found === null || found instanceof PortError ? [] : found.tools;
  };

  const ownerOf = async (tool: string): Promise<{ server: Server; remote: string }> => {
    const server = servers.find(({ name }) => tool.startsWith(`mcp_${name}_`));
    const accepted = await server?.connection.tools();
    const found = accepted?.tools.find(({ spec }) => spec.name === tool);
    if (server === undefined || found === undefined)
      throw new PortError("sources", "invalid", `there is no tool ${tool} that may be asked`);
    return { server, remote: found.remote };
  };

  return {
    tools: async () =>
      (await Promise.all(servers.map(inTime)))
        .flat()
        .slice(0, mostTools)
        .map(({ spec }) => spec),
    ask: async (tool, args, signal) => {
      const { server, remote } = await ownerOf(tool);
      const secrets = secretsOf(server.settings);
      try {
        const said = await server.connection.call(remote, parsed(args), signal);
        return said && { ...said, text: without(said.text, secrets) };
      } catch (error) {
        const { port, reason, message } = asPortError(error);
        throw new PortError(port, reason, without(message.slice(port.length + 2), secrets));
      }
    },
    look: () => Promise.all(servers.map(look)),
    close: async () => {
      await Promise.all(servers.map(({ connection }) => connection.close()));
    },
  };
};
