import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { onTestFinished } from "vitest";
import type { ServerSettings } from "../../../src/adapters/mcp-file.ts";
import { mcpSources } from "../../../src/adapters/mcp-sources.ts";
import { type ServedTool, serverOf } from "./server.ts";

const none = { args: [], env: {}, headers: {}, readOnly: [] };

/** Settings of a server in a child process with these tools, all of them allowed. */
export const childServer = (
  tools: readonly ServedTool[],
  changes: Partial<ServerSettings> = {},
): ServerSettings & { asked(): number } => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-mcp-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const count = join(folder, "count");
  const list = join(folder, "tools.json");
  writeFileSync(list, JSON.stringify(tools));
  return {
    ...none,
    command: process.execPath,
    args: [join(import.meta.dirname, "child.ts"), list, count],
    tools: tools.map(({ name }) => name),
    ...changes,
    asked: () => (existsSync(count) ? readFileSync(count).length : 0),
  };
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks = await request.toArray();
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
};

/** The same over streamable HTTP; who does not send the token is refused. */
export const httpServer = async (
  tools: readonly ServedTool[],
  changes: Partial<ServerSettings> = {},
): Promise<ServerSettings & { asked(): number; methods: string[]; forget(): void; close(): void }> => {
  let asked = 0;
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const begin = async (): Promise<StreamableHTTPServerTransport> => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    const count = (): void => {
      asked += 1;
    };
    await serverOf(tools, count).connect(transport as never);
    return transport;
  };
  const methods: string[] = [];
  const http = createServer(async (request, response) => {
    methods.push(request.method ?? "");
    const id = request.headers["mcp-session-id"];
    const session = id === undefined ? await begin() : sessions.get(String(id));
    if (request.headers.authorization !== "Bearer given-to-the-server") response.writeHead(401).end();
    else if (session === undefined) response.writeHead(404).end();
    else await session.handleRequest(request, response, await bodyOf(request));
  }).listen(0, "127.0.0.1");
  await once(http, "listening");
  const close = (): void => {
    http.close();
    http.closeAllConnections();
  };
  onTestFinished(close);
  return {
    ...none,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    headers: { Authorization: "Bearer given-to-the-server" },
    tools: tools.map(({ name }) => name),
    ...changes,
    asked: () => asked,
    methods,
    forget: () => sessions.clear(),
    close,
  };
};

/** The port over these servers, closed with the test. */
export const openSourcesOf = (
  servers: Record<string, ServerSettings>,
  limits: Partial<Parameters<typeof mcpSources>[1]> = {},
): ReturnType<typeof mcpSources> => {
  const opened = mcpSources(servers, { connectMs: 50_000, callMs: 50_000, listMs: 50_000, ...limits });
  onTestFinished(() => opened.close());
  return opened;
};
