import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Status and JSON body. */
export type Respond = (request: IncomingMessage) => Promise<[status: number, body: unknown]>;

export interface Loopback {
  url: string;
  close(): Promise<void>;
}

/** A small JSON API on loopback, in the place of one that needs an account. */
export const startLoopback = async (answer: Respond): Promise<Loopback> => {
  const server = createServer((request, response) => {
    answer(request).then(
      ([status, body]) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      () => response.writeHead(400).end("{}"),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
