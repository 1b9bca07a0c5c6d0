import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type ApiRequest, type ApiServer, answer } from "./answer.ts";
import { type ClusterClock, wallClock } from "./cluster-clock.ts";
import { controllers } from "./controllers.ts";
import type { Heals } from "./heals.ts";
import { isDryDelete } from "./make-and-remove.ts";
import { type Misbehaviour, misbehaviours } from "./misbehaviour.ts";
import { recordedPods } from "./recorded-pods.ts";
import { type Shelf, shelfOf } from "./shelf.ts";
import { internalError, type Reply, unauthorized } from "./status.ts";
import type { World } from "./world.ts";

/** A request as it came in, whatever became of it. */
export interface SeenRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  type: string;
  body: string;
  dryRun: boolean;
  /** How it was answered; null: not, or not yet. */
  code: number | null;
}

export interface RecordedCluster {
  url: string;
  /** As `kubectl config view -o json` would print it; good for a file, too. */
  kubeconfig: object;
  namespaces: string[];
  requests: readonly SeenRequest[];
  /** Requests that were to change something: no reads, no dry runs, no access reviews. */
  writes(): SeenRequest[];
  /** What the cluster holds, for tests that need to move it under somebody's hands. */
  shelf: Shelf;
  misbehave(how: Misbehaviour): void;
  close(): Promise<void>;
}

const maxBody = 3 * 2 ** 20;
const user = "system:serviceaccount:nightshift:nightshift";

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Error(`the body of ${request.method} ${request.url} is larger than ${maxBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const readRequest = async (request: IncomingMessage): Promise<ApiRequest> => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://loopback");
  return {
    method: request.method ?? "GET",
    path: pathname,
    query: searchParams,
    accept: request.headers.accept ?? "",
    type: (request.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "",
    text: await bodyOf(request),
  };
};

const seen = ({ method, path, query, type, text }: ApiRequest): SeenRequest => ({
  method,
  path,
  query: Object.fromEntries(query),
  type,
  body: text,
  dryRun: method === "DELETE" ? isDryDelete(query, text) : query.get("dryRun") === "All",
  code: null,
});

const send = (response: ServerResponse, { code, body, type = "application/json" }: Reply): void => {
  response
    .writeHead(code, { "content-type": type })
    .end(type === "application/json" ? JSON.stringify(body) : `${body}`);
};

const kubeconfigFor = (server: string, token: string): object => ({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "recorded",
  clusters: [{ name: "recorded", cluster: { server, "insecure-skip-tls-verify": true } }],
  users: [{ name: "nightshift", user: { token } }],
  contexts: [{ name: "recorded", context: { cluster: "recorded", user: "nightshift" } }],
});

const isReview = ({ method, path }: SeenRequest): boolean => method === "POST" && /\/selfsubject\w+reviews$/.test(path);

/** Listens on a free port of 127.0.0.1 and speaks the Kubernetes API for the recorded worlds. */
export const startRecordedCluster = async ({
  worlds,
  clock = wallClock(),
  heals = {},
}: {
  worlds: World[];
  clock?: ClusterClock;
  /** By namespace; stands in for what the worlds say themselves. */
  heals?: Record<string, Heals>;
}): Promise<RecordedCluster> => {
  const requests: SeenRequest[] = [];
  const { script, next } = misbehaviours();
  const shelf = shelfOf(worlds);
  const logs: World["logs"] = new Map(worlds.flatMap((world) => [...world.logs]));
  const healsIn = (namespace: string): Heals =>
    heals[namespace] ?? worlds.find((world) => world.namespace === namespace)?.heals ?? {};
  const token = randomUUID();
  const api: ApiServer = {
    shelf,
    logs,
    version: worlds[0]?.version ?? "v1.35.0",
    user,
    now: () =>
      clock
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, "Z"),
    onChange: controllers({ shelf, logs, clock, healsIn, recorded: recordedPods(shelf) }),
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    const kept = seen(request);
    requests.push(kept);
    // kubectl keeps its token to itself over plain HTTP: none is as good as the right one, a wrong one is not.
    const { authorization = `Bearer ${token}` } = incoming.headers;
    if (authorization !== `Bearer ${token}`) return send(response, unauthorized());
    const fault = next(request.method, request.path);
    if (fault?.how === "hang") return;
    if (fault?.how === "drop-before") return void incoming.socket.destroy();
    if (fault?.how === "error-500") return send(response, internalError());
    const reply = answer(api, request);
    kept.code = reply.code;
    if (fault?.how === "drop-after") return void incoming.socket.destroy();
    if (fault?.how === "slow") return clock.after(fault.ms ?? 0, () => send(response, reply));
    send(response, reply);
  };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    kubeconfig: kubeconfigFor(url, token),
    namespaces: worlds.map(({ namespace }) => namespace),
    requests,
    writes: () => requests.filter((request) => request.method !== "GET" && !request.dryRun && !isReview(request)),
    shelf,
    misbehave: script,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
