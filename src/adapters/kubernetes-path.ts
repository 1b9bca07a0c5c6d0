import { kinds } from "../incident/kinds.ts";
import { PortError } from "../ports/port-error.ts";

export type Method = "GET" | "PATCH" | "POST" | "DELETE";

const readable = new Set<string>(Object.values(kinds).map(({ plural }) => plural));
// What the catalogue changes, and how: nothing else is written, whatever the code above asks for.
const changeable: Record<Exclude<Method, "GET">, readonly string[]> = {
  PATCH: ["deployments", "statefulsets", "daemonsets", "services", "cronjobs", "nodes"],
  POST: ["jobs"],
  DELETE: ["pods"],
};
const reviews = "selfsubjectaccessreviews";

const refuse = (method: Method, path: string, why: string): never => {
  throw new PortError("cluster", "invalid", `will not ask ${method} ${JSON.stringify(path.slice(0, 200))}: ${why}`);
};

/** The API server decodes a segment before it splits the path: `a%2Flog` would reach another resource. */
const isOneSegment = (segment: string): boolean =>
  segment !== "" && segment !== "." && segment !== ".." && !/[/%\\?#\p{Cc}]/u.test(segment);

const decoded = (method: Method, path: string): string[] => {
  try {
    return path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return refuse(method, path, "it is not well encoded");
  }
};

const targetOf = (
  segments: string[],
): { resource: string; name: string | undefined; subresource: string | undefined } => {
  const rest = segments[0] === "api" ? segments.slice(2) : segments.slice(3);
  const [resource = "", name, subresource] = rest[0] === "namespaces" && rest.length > 2 ? rest.slice(2) : rest;
  return { resource: resource.toLowerCase(), name, subresource };
};

/** The second lock: whatever the code above asks for, only these paths leave the process. Secrets are not among them. */
export const assertAllowed = (method: Method, path: string): void => {
  const segments = decoded(method, path);
  if (!path.startsWith("/api/") && !path.startsWith("/apis/")) refuse(method, path, "it is not a path of the API");
  if (!segments.every(isOneSegment)) refuse(method, path, "a name in it is not a Kubernetes name");
  const { resource, name, subresource } = targetOf(segments);
  if (resource === "secrets") refuse(method, path, "Secret objects are never read");
  if (method === "POST" && resource === reviews) return;
  if (method !== "GET" && !changeable[method].includes(resource))
    refuse(method, path, `no verb of the catalogue does that to ${resource}`);
  if (method === "DELETE" && name === undefined) refuse(method, path, "a collection is never deleted");
  if (method === "POST" && name !== undefined) refuse(method, path, "only a new object is made");
  if (!readable.has(resource)) refuse(method, path, `${resource} is not among the kinds Nightshift knows`);
  const isLog = method === "GET" && resource === "pods" && subresource === "log";
  if (subresource !== undefined && !isLog) refuse(method, path, `${subresource} is not asked for`);
};

/** The first client only looks; asking what it may do is the one thing it posts. */
export const assertReading = (method: Method, path: string): void => {
  if (method !== "GET" && !(method === "POST" && path.endsWith(`/${reviews}`)))
    refuse(method, path, "the reading client changes nothing");
};
