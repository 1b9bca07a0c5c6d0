import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express } from "express";

export interface Listening {
  url: string;
  /** Lets running requests end, streams are cut. */
  close(): Promise<void>;
}

export const listen = async (app: Express, host: string, port: number): Promise<Listening> => {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, app);
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
    const cut = setTimeout(() => server.closeAllConnections(), 1000);
    await closed;
    clearTimeout(cut);
  };
  return { url: `http://${name}:${(server.address() as AddressInfo).port}`, close };
};
