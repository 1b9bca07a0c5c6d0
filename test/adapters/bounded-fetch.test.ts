import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { chatModel } from "../../src/adapters/chat-model.ts";
import { wallClock } from "../support/wall-clock.ts";

/** Answers 200 and writes on and on, until the other side goes. */
const endless = async (most: number) => {
  let written = 0;
  const piece = Buffer.alloc(2 ** 20, "a");
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" });
    const go = () => {
      while (!response.destroyed && written < most) {
        written += piece.byteLength;
        if (!response.write(piece)) return response.once("drain", go);
      }
      return response.end();
    };
    go();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, written: () => written, close };
};

test.each(["openai:m", "anthropic:m", "azure:m"])(
  "%s: an answer without an end is not read to its end",
  async (name) => {
    const server = await endless(2 ** 30);
    const to = { apiKey: "k", baseUrl: server.url };
    const model = chatModel({ name, access: { openai: to, anthropic: to, azure: to } }, wallClock);
    const tools = [{ name: "get", description: "d", schema: {} }];
    const reply = model.reply({ system: "s", user: "u", tools, force: null }).finally(server.close);

    await expect(reply).rejects.toMatchObject({ name: "PortError", reason: "too-large" });
    expect(server.written()).toBeLessThan(2 ** 26);
  },
);
