import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface Said {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}
export interface Heard {
  messages: { role: string; content: string }[];
  tools?: { function: { name: string; description: string; parameters: Record<string, unknown> } }[];
  tool_choice?: unknown;
  max_tokens?: number;
  max_completion_tokens?: number;
}
/** What the server answers; a function answers by what it heard. */
export type Turn = Said | "hang" | ((heard: Heard) => Said);

const usage = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 64 },
};
export const says = (message: object, finish_reason: string): Said => ({
  status: 200,
  body: {
    id: "c1",
    object: "chat.completion",
    created: 1,
    model: "fake",
    choices: [{ index: 0, finish_reason, message: { role: "assistant", content: null, refusal: null, ...message } }],
    usage,
  },
});
export const callsTool = (name: string, args: string, finish = "tool_calls"): Said =>
  says({ tool_calls: [{ id: "1", type: "function", function: { name, arguments: args } }] }, finish);
/** Several calls in one reply. */
export const callsTools = (...calls: [name: string, args: object][]): Said =>
  says(
    {
      tool_calls: calls.map(([name, args], at) => ({
        id: String(at),
        type: "function",
        function: { name, arguments: JSON.stringify(args) },
      })),
    },
    "tool_calls",
  );
export const fails = (status: number, message: string, headers: Record<string, string> = {}): Said => ({
  status,
  headers,
  body: { error: { message, type: "x", param: null, code: null } },
});

/** Plays its turns in order, the last one again and again. */
export const startFakeOpenAi = async (turns: readonly Turn[]) => {
  const paths: string[] = [];
  const keys: unknown[] = [];
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const turn = turns[Math.min(paths.length, turns.length - 1)];
    paths.push(request.url ?? "");
    keys.push(request.headers["api-key"]);
    const body = JSON.parse(await text(request)) as Heard;
    heard.push(body);
    if (turn === undefined || turn === "hang") return;
    const said = typeof turn === "function" ? turn(body) : turn;
    response
      .writeHead(said.status, { "content-type": "application/json", ...said.headers })
      .end(typeof said.body === "string" ? said.body : JSON.stringify(said.body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, paths, keys, heard, close };
};
