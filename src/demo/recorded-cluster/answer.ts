import { kinds } from "../../incident/kinds.ts";
import type { KubeObject } from "../../incident/kube.ts";
import { addressOf } from "./address.ts";
import { discovery } from "./discovery.ts";
import { patchObject } from "./patch-object.ts";
import { readLog } from "./read-log.ts";
import { getObject, listObjects } from "./read-objects.ts";
import { review } from "./review.ts";
import type { Shelf } from "./shelf.ts";
import { forbidden, methodNotAllowed, noSuchPath, type Reply, unsupportedMediaType } from "./status.ts";
import type { World } from "./world.ts";

export interface ApiRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  accept: string;
  /** Content type without parameters. */
  type: string;
  text: string;
}

export interface ApiServer {
  shelf: Shelf;
  logs: World["logs"];
  version: string;
  user: string;
  now: () => string;
  onChange: (before: KubeObject, after: KubeObject) => void;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const verbOf = ({ method }: ApiRequest, name: string | null): string =>
  method === "GET" ? (name === null ? "list" : "get") : method.toLowerCase();

/** One request, one answer: the Kubernetes API over the recorded objects. */
export const answer = (server: ApiServer, request: ApiRequest): Reply => {
  const { method, path, query } = request;
  // kubectl posts its reviews (`auth can-i`) as protobuf: better no answer than a wrong one.
  if (method === "POST" && request.type !== "application/json") return unsupportedMediaType();
  if (method === "POST") return review(path, parsed(request.text), server.user) ?? methodNotAllowed();
  const known = method === "GET" ? discovery(path, server.version) : null;
  if (known) return known;
  const address = addressOf(path);
  if (address === null) return noSuchPath();
  const { plural, kind, namespace, name, subresource } = address;
  if (plural === "secrets") return forbidden(server.user, verbOf(request, name), plural, namespace);
  if (kind === null) return noSuchPath();
  if (method === "GET" && kind === "Pod" && subresource === "log" && namespace !== null && name !== null) {
    return readLog(server.shelf, server.logs, namespace, name, query);
  }
  if (subresource !== null) return noSuchPath();
  if (method === "PATCH" && name !== null) {
    if (kind !== "Deployment") return forbidden(server.user, "patch", plural, namespace);
    return patchObject(server.shelf, address, kind, name, { ...request, at: server.now() }, server.onChange);
  }
  if (method !== "GET") return methodNotAllowed();
  const wanted = { accept: request.accept, now: server.now() };
  if (name !== null) return getObject(server.shelf, address, kind, name, wanted);
  const { group, version } = kinds[kind];
  return listObjects(server.shelf, address, kind, group ? `${group}/${version}` : version, query, wanted);
};
