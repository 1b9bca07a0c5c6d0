import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { boundedStream } from "./bounded-body.ts";
import type { ServerSettings } from "./mcp-file.ts";

const largestMessage = 4 * 2 ** 20;
const keptOfStderr = 500;

export interface Opened {
  transport: Transport;
  /** The last that was heard of it beside the protocol: where a child dies, the reason is on its stderr. */
  lastWords(): string;
}

/** Its environment is PATH, HOME and the like, and what the file gives it: nothing of ours that could be a secret. */
const child = ({ command = "", args, env }: ServerSettings): Opened => {
  const transport = new StdioClientTransport({ command, args, env, stderr: "pipe", maxBufferSize: largestMessage });
  let said = "";
  transport.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-keptOfStderr);
  });
  return { transport, lastWords: () => said.trim() };
};

/** Answers are bounded, redirects are not followed, and there is no stream on which a server could go on talking unasked. */
const boundedFetch =
  (onTooMuch: () => void) =>
  async (url: string | URL, init?: RequestInit): Promise<Response> => {
    if (init?.method === "GET") return new Response(null, { status: 405 });
    const response = await fetch(url, { ...init, redirect: "error" });
    const { status, statusText, headers } = response;
    const tooMuch = (): Error => {
      // Else the client would go on waiting for the rest until its deadline. The stream fails first.
      queueMicrotask(onTooMuch);
      return new Error("too much came back");
    };
    const body = response.body && boundedStream(response.body, largestMessage, tooMuch);
    return new Response(body, { status, statusText, headers });
  };

const never = {
  maxRetries: 0,
  initialReconnectionDelay: 1_000,
  maxReconnectionDelay: 1_000,
  reconnectionDelayGrowFactor: 1,
};

const remote = (url: string, { headers }: ServerSettings): Opened => {
  let said = "";
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    fetch: boundedFetch(() => {
      said = `more than ${largestMessage} bytes`;
      void transport.close();
    }),
    reconnectionOptions: never,
  });
  // Typed without exactOptionalPropertyTypes in mind.
  return { transport: transport as Transport, lastWords: () => said };
};

/** Whoever closes waits until it is closed, also when somebody has begun to: a child that ignores us is killed by then. */
const closedOnce = (opened: Opened): Opened => {
  const close = opened.transport.close.bind(opened.transport);
  let closing: Promise<void> | null = null;
  opened.transport.close = () => {
    // A moment later: closing tells of its end while it runs, and whoever hears of it closes, too.
    closing ??= Promise.resolve().then(close);
    return closing;
  };
  return opened;
};

export const openTransport = (settings: ServerSettings): Opened =>
  closedOnce(settings.url === undefined ? child(settings) : remote(settings.url, settings));
