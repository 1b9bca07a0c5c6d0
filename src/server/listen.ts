import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express } from "express";

export interface Listening {
  url: string;
  /** Lets running requests end for a second; streams are cut at once. */
  close(): Promise<void>;
}

/** What is only listened to has no end of its own; its reader comes back elsewhere. */
const isStream = (response: ServerResponse): boolean =>
  response.req.method === "GET" && String(response.getHeader("content-type")).startsWith("text/event-stream");

export const listen = async (app: Express, host: string, port: number): Promise<Listening> => {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, app);
  const answering = new Set<ServerResponse>();
  server.on("request", (_request, response) => {
    answering.add(response);
    response.once("close", () => answering.delete(response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const name = host.includes(":") ? `[${host}]` : host;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const response of answering) if (isStream(response)) response.destroy();
    const cut = setTimeout(() => server.closeAllConnections(), 1000);
    await closed;
    clearTimeout(cut);
  };
  return { url: `http://${name}:${(server.address() as AddressInfo).port}`, close };
};
