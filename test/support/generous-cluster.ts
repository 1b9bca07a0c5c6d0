import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** The API server at `server`, but for one thing: whoever asks may read Secrets, everywhere or in one namespace. */
export const generousCluster = async (server: string, only?: string): Promise<{ url: string; close(): void }> => {
  const proxy = createServer(async (request, response) => {
    const sent = request.method === "GET" ? null : await text(request);
    const { authorization = "" } = request.headers;
    const headers = { authorization, "content-type": "application/json" };
    const answer = await fetch(`${server}${request.url}`, { method: request.method ?? "GET", headers, body: sent });
    const body = (await answer.json()) as {
      spec?: { resourceAttributes?: { resource?: string; namespace?: string } };
      status?: object;
    };
    const { resource, namespace } = body.spec?.resourceAttributes ?? {};
    if (resource === "secrets" && (only === undefined || namespace === only)) body.status = { allowed: true };
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  const close = (): void => {
    proxy.closeAllConnections();
    proxy.close();
  };
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, close };
};
