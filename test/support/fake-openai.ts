import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Turn = { status: number; body: unknown } | "hang";

const usage = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 64 },
};
export const says = (message: object, finish_reason: string): Turn => ({
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
export const callsTool = (name: string, args: string, finish = "tool_calls"): Turn =>
  says({ tool_calls: [{ id: "1", type: "function", function: { name, arguments: args } }] }, finish);
export const fails = (status: number, message: string): Turn => ({
  status,
  body: { error: { message, type: "x", param: null, code: null } },
});

/** Plays its turns in order, the last one again and again. */
export const startFakeOpenAi = async (turns: readonly Turn[]) => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const turn = turns[Math.min(paths.length, turns.length - 1)];
    paths.push(request.url ?? "");
    request.resume();
    if (turn === undefined || turn === "hang") return;
    response.writeHead(turn.status, { "content-type": "application/json" }).end(JSON.stringify(turn.body));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, paths, close };
};
