import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate as tick } from "node:timers/promises";
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type CallToolResult, ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { CannotAnswer, type Offer, type OfferedResource, type OfferedTool, type ToolAnswer } from "../ports/offer.ts";

export type ServerLog = (line: string, fields: Record<string, unknown>, level: "error") => void;

interface Serving {
  server: McpServer;
  log: ServerLog;
  /** What is being read now: it is answered before the server closes. */
  running: Set<Promise<unknown>>;
}

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const notFound = -32002;
const broken = "something went wrong here; the log of Nightshift says what";

const answerOf = ({ about, text }: ToolAnswer): CallToolResult => ({
  content: [JSON.stringify(about), ...(text === undefined ? [] : [text])].map((one) => ({ type: "text", text: one })),
});

/** What is not meant for whoever asked is logged, never sent. */
const whyNot = (error: unknown, what: string, log: ServerLog): CannotAnswer => {
  if (error instanceof CannotAnswer) return error;
  log("a question was not answered", { what, why: error instanceof Error ? error.message : String(error) }, "error");
  return new CannotAnswer("unavailable", broken, { cause: error });
};

const counted = async <T>({ running }: Serving, work: Promise<T>): Promise<T> => {
  running.add(work);
  return work.finally(() => running.delete(work));
};

const offerTool = (serving: Serving, { name, title, description, input, read }: OfferedTool): void => {
  serving.server.registerTool(name, { title, description, inputSchema: input, annotations }, async (given) => {
    try {
      return answerOf(await counted(serving, read(given)));
    } catch (error) {
      const { message } = whyNot(error, name, serving.log);
      return { isError: true, content: [{ type: "text", text: message }] };
    }
  });
};

const asText = (variables: Record<string, string | string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, decodeURIComponent(String(value))]));

const offerResource = (serving: Serving, { uri, name, read, list, ...about }: OfferedResource): void => {
  const answer = async (href: string, variables: Record<string, string>) => {
    try {
      return { contents: [{ uri: href, mimeType: about.mimeType, text: await counted(serving, read(variables)) }] };
    } catch (error) {
      const { kind, message } = whyNot(error, href, serving.log);
      throw new McpError(kind === "not-there" ? notFound : ErrorCode.InternalError, message);
    }
  };
  const listAll = async () => ({
    resources: (await (list?.() ?? [])).map((one) => ({ ...one, mimeType: about.mimeType })),
  });
  if (!uri.includes("{")) {
    serving.server.registerResource(name, uri, about, ({ href }) => answer(href, {}));
    return;
  }
  const template = new ResourceTemplate(uri, { list: list === undefined ? undefined : listAll });
  serving.server.registerResource(name, template, about, ({ href }, variables) => answer(href, asText(variables)));
};

/** The offer as a server of the protocol, not yet connected. */
const serverOf = ({ instructions, tools, resources }: Offer, version: string, log: ServerLog): Serving => {
  const server = new McpServer({ name: "nightshift", title: "Nightshift", version }, { instructions });
  const serving: Serving = { server, log, running: new Set() };
  for (const tool of tools) offerTool(serving, tool);
  for (const resource of resources) offerResource(serving, resource);
  return serving;
};

interface Options {
  version: string;
  log: ServerLog;
}

interface StdioOptions extends Options {
  signal: AbortSignal;
}

/** Speaks over stdin and stdout until stdin ends or the signal aborts; what was asked before is answered. */
export const serveOverStdio = async (offer: Offer, { version, log, signal }: StdioOptions): Promise<void> => {
  const { server, running } = serverOf(offer, version, log);
  server.server.onerror = (error) => log("the protocol had a problem", { why: error.message }, "error");
  const over = Promise.withResolvers<void>();
  server.server.onclose = over.resolve;
  process.stdin.once("end", over.resolve);
  signal.addEventListener("abort", () => over.resolve(), { once: true });
  await server.connect(new StdioServerTransport());
  await over.promise;
  // The last line that came in has only now become a question.
  await tick();
  await Promise.allSettled(running);
  await tick();
  await server.close();
};

/** One request over streamable HTTP, answered in one piece: nothing of it is kept, so any replica may answer the next. */
export const answerOverHttp =
  (offer: Offer, { version, log }: Options) =>
  async (request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> => {
    const { server } = serverOf(offer, version, log);
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.once("close", () => void server.close());
    // Typed without exactOptionalPropertyTypes in mind.
    await server.connect(transport as Transport);
    await transport.handleRequest(request, response, body);
  };
