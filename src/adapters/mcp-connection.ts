import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolResultSchema,
  ErrorCode,
  McpError,
  type Tool,
  ToolListChangedNotificationSchema,
  ToolSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { PortError } from "../ports/port-error.ts";
import type { SourceAnswer } from "../ports/sources.ts";
import { answerFrom } from "./mcp-answer.ts";
import { sourceError } from "./mcp-error.ts";
import type { ServerSettings } from "./mcp-file.ts";
import { type Accepted, acceptedTools } from "./mcp-tools.ts";
import { type Opened, openTransport } from "./mcp-transport.ts";

const mostPages = 10;
const mostOnPage = 500;
/** How long a list of tools is believed, and how long a server that could not be reached is left alone. */
const freshMs = 30_000;

export interface Limits {
  connectMs: number;
  callMs: number;
  /** Servers whose tools are not known by then are left out: an incident does not wait for them. */
  listMs: number;
}

/** One configured server: reached when it is first asked, and again after it was lost. */
export interface McpConnection {
  /** Its tools that may be asked, and why others may not. Throws PortError. */
  tools(): Promise<Accepted>;
  /** By the server's own name for the tool. */
  call(remote: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<SourceAnswer | null>;
  close(): Promise<void>;
}

interface Line extends Opened {
  client: Client;
}

const connected = async (opened: Opened, name: string, { connectMs }: Limits): Promise<Line> => {
  // No capabilities: a server can ask neither our model nor our people anything.
  const client = new Client({ name: "nightshift", version: "1" }, { capabilities: {} });
  try {
    await client.connect(opened.transport, { timeout: connectMs });
    return { ...opened, client };
  } catch (error) {
    throw sourceError(error, `${name} could not be reached`, opened.lastWords());
  }
};

const Listed = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.unknown().optional() });

const longestCursor = 4_096;

/** Where the next page is; undefined where there is none, or where the server sends nonsense or leads in a circle. */
const nextPage = (cursor: unknown, seen: ReadonlySet<string>): string | undefined =>
  typeof cursor === "string" && cursor !== "" && cursor.length <= longestCursor && !seen.has(cursor)
    ? cursor
    : undefined;

// Not `client.listTools`: it compiles what the server sends as schemas of its answers, and refuses all tools for one bad one.
const listAll = async (client: Client, { connectMs }: Limits): Promise<Tool[]> => {
  const tools: Tool[] = [];
  const seen = new Set<string>();
  const until = performance.now() + connectMs;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages && performance.now() < until; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const listed = await client.request({ method: "tools/list", params }, Listed, { timeout: connectMs });
    tools.push(...listed.tools.slice(0, mostOnPage).flatMap((one) => ToolSchema.safeParse(one).data ?? []));
    cursor = nextPage(listed.nextCursor, seen);
    if (cursor === undefined) break;
    seen.add(cursor);
  }
  return tools;
};

/** Made at most once in a while, and shared by all who ask meanwhile; a failure is remembered as long. */
const remembered = <T>(make: () => Promise<T>) => {
  let made: { at: number; value: Promise<T> } | null = null;
  return {
    get: (): Promise<T> => {
      if (made === null || performance.now() - made.at > freshMs) made = { at: performance.now(), value: make() };
      made.value.catch(() => undefined);
      return made.value;
    },
    forget: (): void => {
      made = null;
    },
  };
};

/** The server itself refused: the line to it is good. */
const isItsWord = (error: unknown): boolean => {
  if (error instanceof PortError) return true;
  return (
    error instanceof McpError && error.code !== ErrorCode.RequestTimeout && error.code !== ErrorCode.ConnectionClosed
  );
};

interface Server {
  name: string;
  settings: ServerSettings;
  limits: Limits;
}

/** The line to one server, reached when it is first wanted. `onChange`: what its tools were may not be true any more. */
const lineTo = ({ name, settings, limits }: Server, onChange: () => void) => {
  let line: Line | null = null;
  /** All that was begun and has not ended, also what nobody has reached yet. */
  const open = new Set<Transport>();

  const end = async (transport: Transport): Promise<void> => {
    await transport.close().catch(() => undefined);
    open.delete(transport);
  };
  const reach = remembered(async () => {
    const opened = openTransport(settings);
    open.add(opened.transport);
    const fresh = await connected(opened, name, limits).catch((error: unknown) => {
      void end(opened.transport);
      throw error;
    });
    line = fresh;
    fresh.client.onclose = () => drop(fresh);
    fresh.client.setNotificationHandler(ToolListChangedNotificationSchema, onChange);
    return fresh;
  });
  const drop = (lost: Line): void => {
    void end(lost.transport);
    if (line !== lost) return;
    line = null;
    reach.forget();
    onChange();
  };
  return {
    current: () => line,
    reach: reach.get,
    drop,
    close: async () => {
      await Promise.all([...open].map(end));
    },
  };
};

export const mcpConnection = (name: string, settings: ServerSettings, limits: Limits): McpConnection => {
  const line = lineTo({ name, settings, limits }, () => list.forget());
  /** What hangs or has forgotten us is begun anew by the next question. Whatever else it was doing is lost, and says so. */
  const failed = (error: unknown, what: string, at: Line): PortError => {
    const failure = sourceError(error, what, isItsWord(error) ? "" : at.lastWords());
    if (!isItsWord(error)) line.drop(at);
    return failure;
  };
  const listOver = async (at: Line): Promise<Accepted> => {
    try {
      return acceptedTools(name, settings, await listAll(at.client, limits));
    } catch (error) {
      throw failed(error, `${name} did not list its tools`, at);
    }
  };
  const list = remembered(async () => {
    const before = line.current();
    // A server that was restarted meanwhile does not know this line any more.
    const known = before === null ? null : await listOver(before).catch(() => null);
    return known ?? listOver(await line.reach());
  });

  return {
    tools: () => list.get(),
    call: async (remote, args, signal) => {
      const at = line.current() ?? (await line.reach());
      const options = { timeout: limits.callMs, maxTotalTimeout: limits.callMs, ...(signal ? { signal } : {}) };
      const params = { name: remote, arguments: args };
      try {
        const result = await at.client.request({ method: "tools/call", params }, CallToolResultSchema, options);
        return answerFrom(result, `${name} ${remote}`);
      } catch (error) {
        throw failed(error, `${name} ${remote}`, at);
      }
    },
    close: line.close,
  };
};
