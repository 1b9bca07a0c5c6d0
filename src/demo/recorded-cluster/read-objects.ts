import type { Kind } from "../../incident/kinds.ts";
import type { KubeObject } from "../../incident/kube.ts";
import type { Address } from "./address.ts";
import { matchesFields, matchesLabels, unsupportedField } from "./selectors.ts";
import type { Shelf } from "./shelf.ts";
import { badRequest, notFound, type Reply } from "./status.ts";
import { tableOf } from "./table.ts";

const partial = ({ metadata }: KubeObject): object => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata,
});

// Items of a list carry no kind of their own, as with the real server.
const item = ({ kind: _kind, apiVersion: _apiVersion, ...rest }: KubeObject): object => rest;

/** How the client wants it: kubectl asks for tables, others for names alone. */
export interface Wanted {
  accept: string;
  now: string;
}

const wantedTable = ({ accept, now }: Wanted, kind: Kind, objects: KubeObject[], metadata: object): object | null =>
  accept.includes("as=Table") ? tableOf(kind, objects, metadata, now) : null;

export const getObject = (
  shelf: Shelf,
  { group, plural, namespace }: Address,
  kind: Kind,
  name: string,
  wanted: Wanted,
): Reply => {
  const object = shelf.get(kind, namespace, name);
  if (object === null) return notFound(plural, group, name);
  return { code: 200, body: wantedTable(wanted, kind, [object], {}) ?? object };
};

const tokenFor = (offset: number): string => Buffer.from(JSON.stringify({ offset })).toString("base64url");

/** Null when the token is not one of ours. */
const offsetOf = (token: string | null): number | null => {
  if (!token) return 0;
  const [, offset] = /^\{"offset":(\d+)\}$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  return offset === undefined ? null : Number(offset);
};

const chosen = (objects: KubeObject[], query: URLSearchParams): KubeObject[] => {
  const labels = query.get("labelSelector");
  const fields = query.get("fieldSelector");
  return objects
    .filter((object) => !labels || matchesLabels(labels, object))
    .filter((object) => !fields || matchesFields(fields, object));
};

const listOf = (kind: string, apiVersion: string, metadata: object, items: object[]): Reply => ({
  code: 200,
  body: { kind: `${kind}List`, apiVersion, metadata, items },
});

export const listObjects = (
  shelf: Shelf,
  { group, namespace }: Address,
  kind: Kind,
  apiVersion: string,
  query: URLSearchParams,
  wanted: Wanted,
): Reply => {
  const wrong = unsupportedField(query.get("fieldSelector") ?? "metadata.name");
  if (wrong !== null) return badRequest(`field label not supported: ${wrong}`);
  const offset = offsetOf(query.get("continue"));
  if (offset === null) return badRequest("invalid continue token: continue key is not valid");

  const all = chosen(shelf.list(kind, namespace), query);
  const end = offset + (Number(query.get("limit")) || all.length);
  const page = all.slice(offset, end);
  const left = all.length - end;
  const metadata = {
    resourceVersion: shelf.version(),
    ...(left > 0 && { continue: tokenFor(end), remainingItemCount: left }),
  };
  const table = wantedTable(wanted, kind, page, metadata);
  if (table) return { code: 200, body: table };
  if (wanted.accept.includes("as=PartialObjectMetadataList")) {
    return listOf("PartialObjectMetadata", "meta.k8s.io/v1", metadata, page.map(partial));
  }
  return listOf(kind, group === "" ? "v1" : apiVersion, metadata, page.map(item));
};
