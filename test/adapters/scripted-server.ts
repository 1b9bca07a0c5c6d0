import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  url: URL;
  headers: IncomingMessage["headers"];
  body: string;
}

export type Script = (asked: Asked, response: ServerResponse) => void;

export interface ScriptedServer {
  url: string;
  asked: Asked[];
  connections(): number;
  play(script: Script): void;
  close(): Promise<void>;
}

export const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

export const status = (response: ServerResponse, code: number, message: string, details: unknown = {}): void =>
  json(response, code, { kind: "Status", apiVersion: "v1", status: "Failure", message, details, code });

/** A real HTTP server on loopback that answers as it is told and remembers what it was asked. */
export const scriptedServer = async (): Promise<ScriptedServer> => {
  const asked: Asked[] = [];
  let script: Script = (_asked, response) => status(response, 404, "not found");
  let connections = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const one = {
      method: request.method ?? "",
      url: new URL(request.url ?? "/", "http://loopback"),
      headers: request.headers,
      body,
    };
    asked.push(one);
    script(one, response);
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    connections: () => connections,
    play: (next) => {
      script = next;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};
