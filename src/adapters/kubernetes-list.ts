import { apiPath } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";
import { isWell } from "../incident/well.ts";
import type { ListQuery } from "../ports/cluster.ts";
import { PortError } from "../ports/port-error.ts";
import { type KubernetesClient, parsed } from "./kubernetes-client.ts";
import { namesOf, type Page, pageOf } from "./kubernetes-objects.ts";

const pageSize = 250;
const mostNames = 5_000;
const mostBytes = 32 * 1024 * 1024;
/** Of pages that are not kept. */
const mostBytesDropped = 256 * 1024 * 1024;

type Listed = { objects: KubeObject[]; truncated: boolean };

/** A continue token lives some minutes; null when it has died and the list must begin again. */
const askPage = async (
  client: KubernetesClient,
  query: ListQuery,
  page: { size: number; from: string },
  signal: AbortSignal | undefined,
): Promise<(Page & { bytes: number }) | null> => {
  const path = apiPath(query.kind, query.namespace);
  const parameters = {
    limit: String(page.size),
    ...(query.selector ? { labelSelector: query.selector } : {}),
    ...(page.from ? { continue: page.from } : {}),
  };
  const accepted = page.from ? [410] : [];
  const reply = await client.request({ method: "GET", path, query: parameters, accepted, signal });
  if (reply.status === 410) return null;
  return { ...pageOf(parsed(reply, `GET ${path}`), `GET ${path}`), bytes: reply.bytes };
};

/** Pages too large to read whole are asked for in smaller ones: some objects weigh a hundred times others. */
const readPage = async (
  client: KubernetesClient,
  query: ListQuery,
  page: { size: number; from: string },
  signal: AbortSignal | undefined,
): Promise<(Page & { bytes: number }) | null> => {
  try {
    return await askPage(client, query, page, signal);
  } catch (error) {
    if (!(error instanceof PortError) || error.reason !== "too-large" || page.size <= 10) throw error;
    return readPage(client, query, { ...page, size: Math.max(10, Math.floor(page.size / 5)) }, signal);
  }
};

/** null when the list expired under way. */
const readPages = async (
  client: KubernetesClient,
  query: ListQuery,
  signal: AbortSignal | undefined,
): Promise<Listed | null> => {
  const objects: KubeObject[] = [];
  let from = "";
  let bytes = 0;
  do {
    const size = Math.min(pageSize, query.limit - objects.length);
    const page = await readPage(client, query, { size, from }, signal);
    if (page === null) return null;
    objects.push(...page.objects);
    from = page.next;
    bytes += page.bytes;
  } while (from !== "" && objects.length < query.limit && bytes < mostBytes);
  // A server may send more than it was asked for.
  return { objects: objects.slice(0, query.limit), truncated: from !== "" || objects.length > query.limit };
};

/** Pages are dropped as they are read, but for those that are not well and as many others as there is room for. */
const readUnwell = async (
  client: KubernetesClient,
  query: ListQuery,
  among: number,
  signal: AbortSignal | undefined,
): Promise<Listed | null> => {
  const unwell: KubeObject[] = [];
  const others: KubeObject[] = [];
  let [from, seen, bytes] = ["", 0, 0];
  do {
    const page = await readPage(client, query, { size: pageSize, from }, signal);
    if (page === null) return null;
    for (const object of page.objects) {
      const kept = isWell(object) ? others : unwell;
      if (kept.length < query.limit) kept.push(object);
    }
    from = page.next;
    seen += page.objects.length;
    bytes += page.bytes;
  } while (from !== "" && seen < among && unwell.length < query.limit && bytes < mostBytesDropped);
  return { objects: [...unwell, ...others].slice(0, query.limit), truncated: from !== "" || seen > query.limit };
};

export const listObjects = async (
  client: KubernetesClient,
  query: ListQuery,
  signal: AbortSignal | undefined,
): Promise<Listed> => {
  const { unwellAmong } = query;
  const read = () =>
    unwellAmong === undefined ? readPages(client, query, signal) : readUnwell(client, query, unwellAmong, signal);
  const listed = (await read()) ?? (await read());
  if (listed !== null) return listed;
  const what = `the list of ${query.kind} expired twice while it was read`;
  throw new PortError("cluster", "failed", `${what}; the cluster changes faster than it answers`);
};

// A Table without objects carries names only. Metadata is the second choice: the annotation that
// `kubectl apply` leaves holds the content of a ConfigMap.
const namesOnly = [
  "application/json;as=Table;g=meta.k8s.io;v=v1",
  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
].join(",");

export const listNames = async (
  client: KubernetesClient,
  namespace: string,
  signal: AbortSignal | undefined,
): Promise<string[]> => {
  const path = apiPath("ConfigMap", namespace);
  const names: string[] = [];
  let from = "";
  do {
    const query = { includeObject: "None", limit: "500", ...(from ? { continue: from } : {}) };
    const reply = await client.request({ method: "GET", path, query, accept: namesOnly, signal });
    const page = namesOf(parsed(reply, `GET ${path}`), `GET ${path}`);
    names.push(...page.names);
    from = page.next;
    // Half a list of names would say of the others that they do not exist.
    if (from !== "" && names.length >= mostNames) {
      throw new PortError("cluster", "too-large", `${namespace} has more than ${mostNames} ConfigMaps`);
    }
  } while (from !== "");
  return names;
};
