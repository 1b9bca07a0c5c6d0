import { type Kind, kinds } from "../../incident/kinds.ts";
import type { KubeObject } from "../../incident/kube.ts";
import { type Address, addressOf } from "./address.ts";
import { discovery } from "./discovery.ts";
import { createObject, deleteObject } from "./make-and-remove.ts";
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
  /** Null: it was not there before, or is not there any more. */
  onChange: (before: KubeObject | null, after: KubeObject | null) => void;
}

const patchable: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet", "Service", "CronJob", "Node"];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const verbOf = ({ method }: ApiRequest, name: string | null): string =>
  method === "GET" ? (name === null ? "list" : "get") : method.toLowerCase();

/** What the one account may change: as much as the catalogue does. */
const change = (server: ApiServer, request: ApiRequest, address: Address, kind: Kind): Reply => {
  const { shelf, onChange } = server;
  const { plural, namespace, name } = address;
  const asked = { ...request, at: server.now() };
  if (request.method === "PATCH" && name !== null)
    return patchable.includes(kind)
      ? patchObject(shelf, address, kind, name, asked, onChange)
      : forbidden(server.user, "patch", plural, namespace);
  if (request.method === "DELETE" && name !== null && kind === "Pod")
    return deleteObject(shelf, address, kind, name, asked, onChange);
  if (request.method === "POST" && name === null && kind === "Job")
    return createObject(shelf, address, kind, asked, onChange);
  return methodNotAllowed();
};

/** One request, one answer: the Kubernetes API over the recorded objects. */
export const answer = (server: ApiServer, request: ApiRequest): Reply => {
  const { method, path, query } = request;
  // kubectl posts its reviews (`auth can-i`) as protobuf: better no answer than a wrong one.
  if (method === "POST" && request.type !== "application/json") return unsupportedMediaType();
  const reviewed = method === "POST" ? review(path, parsed(request.text), server.user) : null;
  if (reviewed) return reviewed;
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
  if (method !== "GET") return change(server, request, address, kind);
  const wanted = { accept: request.accept, now: server.now() };
  if (name !== null) return getObject(server.shelf, address, kind, name, wanted);
  const { group, version } = kinds[kind];
  return listObjects(server.shelf, address, kind, group ? `${group}/${version}` : version, query, wanted);
};
