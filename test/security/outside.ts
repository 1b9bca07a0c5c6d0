import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Slack and PagerDuty in one: says yes to everything and keeps what it was told. */
export const startOutside = async () => {
  const told: { path: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const path = request.url ?? "";
    told.push({
      path,
      body: request.headers["content-type"]?.includes("form") ? decodeURIComponent(body.replaceAll("+", " ")) : body,
    });
    const answer = path.startsWith("/slack/")
      ? { ok: true, channel: "C1", ts: "1.1" }
      : path.startsWith("/grafana/") && request.method === "GET"
        ? []
        : path === "/v2/enqueue"
          ? { status: "success", dedup_key: "k" }
          : { notes: [], note: { id: "N1" }, alerts: [] };
    response
      .writeHead(path === "/v2/enqueue" ? 202 : 200, { "content-type": "application/json" })
      .end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told, close };
};
