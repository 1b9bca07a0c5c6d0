import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Said {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}
export interface HeardMessages {
  model: string;
  system: { type: string; text: string; cache_control?: { type: string } }[];
  messages: { role: string; content: unknown }[];
  tools?: { name: string; description: string; input_schema: Record<string, unknown> }[];
  tool_choice?: { type: string; name?: string };
  temperature?: number;
}
export type MessagesTurn = Said | "hang";

const usage = { input_tokens: 30, cache_creation_input_tokens: 6, cache_read_input_tokens: 64, output_tokens: 20 };

export const messages = (content: object[], stop_reason: string): Said => ({
  status: 200,
  body: {
    id: "m1",
    type: "message",
    role: "assistant",
    model: "fake",
    content,
    stop_reason,
    stop_sequence: null,
    usage,
  },
});

export const uses = (...calls: [name: string, input: unknown][]): Said =>
  messages(
    calls.map(([name, input], at) => ({ type: "tool_use", id: `t${at}`, name, input })),
    "tool_use",
  );

export const errs = (status: number, type: string, message: string): Said => ({
  status,
  body: { type: "error", error: { type, message }, request_id: "r1" },
});

/** Speaks Anthropic's messages; plays its turns in order, the last one again and again. */
export const startFakeAnthropic = async (turns: readonly MessagesTurn[]) => {
  const asked: { path: string; headers: Record<string, unknown>; body: HeardMessages }[] = [];
  const server = createServer(async (request, response) => {
    const turn = turns[Math.min(asked.length, turns.length - 1)];
    const body = JSON.parse(await text(request)) as HeardMessages;
    asked.push({ path: request.url ?? "", headers: request.headers, body });
    if (turn === undefined || turn === "hang") return;
    response
      .writeHead(turn.status, { "content-type": "application/json", ...turn.headers })
      .end(typeof turn.body === "string" ? turn.body : JSON.stringify(turn.body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
};
