import { apiPath } from "../incident/kinds.ts";
import type { Actuator, CreateWrite, DeleteWrite, PatchWrite, Performed, Write } from "../ports/actuator.ts";
import { type KubernetesClient, type KubernetesReply, parsed, serverMessage } from "./kubernetes-client.ts";
import { isFields, kubeObject } from "./kubernetes-objects.ts";

// 408 is not here: a server that gave up waiting may have got it all.
const nothingChanged = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429];

/**
 * A failed `test` answers 422 like an invalid object does (measured on 1.35), but names no object and no field:
 * the patch could not be laid on what is there now.
 */
const isPatchThatDoesNotFit = (text: string): boolean => {
  const status: unknown = JSON.parse(text);
  const details = isFields(status) && isFields(status.details) ? status.details : {};
  return details.name === undefined && details.causes === undefined;
};

const asConflict = (reply: KubernetesReply): string | null => {
  const message = serverMessage(reply.text);
  if (reply.status === 404) return `it is gone: ${message}`;
  if (reply.status === 409) return message;
  try {
    return reply.status === 422 && isPatchThatDoesNotFit(reply.text)
      ? `it changed since it was read: ${message}`
      : null;
  } catch {
    return null;
  }
};

const performedOf = (reply: KubernetesReply, what: string): Performed => {
  if (reply.status >= 200 && reply.status < 300)
    return { kind: "applied", object: kubeObject(parsed(reply, what), what) };
  const conflict = asConflict(reply);
  if (conflict !== null) return { kind: "conflict", message: conflict };
  return { kind: "refused", message: `${what} answered ${reply.status}: ${serverMessage(reply.text)}` };
};

const preconditions = ["/metadata/uid", "/metadata/resourceVersion"];

/** Locks at the last door. Redacted text written back would replace a real password by its placeholder. */
const wrongWith = ({ kind, patch }: PatchWrite): string | null => {
  const isGuarded = preconditions.every((path) => {
    const first = patch.slice(0, preconditions.length).find((operation) => operation.path === path);
    return first?.op === "test" && typeof first.value === "string" && first.value !== "";
  });
  if (kind === "ConfigMap") return "ConfigMaps are not written";
  if (!isGuarded) return "a patch must begin with tests of /metadata/uid and /metadata/resourceVersion";
  const changes = JSON.stringify(patch.filter(({ op }) => op !== "test"));
  return changes.includes("[redacted:") ? "the patch holds redacted values; build it from the object itself" : null;
};

const patchObject = async (
  client: KubernetesClient,
  write: PatchWrite,
  query: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Performed> => {
  const wrong = wrongWith(write);
  if (wrong !== null) return { kind: "refused", message: wrong };
  const path = apiPath(write.kind, write.namespace, write.name);
  const reply = await client.request({
    method: "PATCH",
    path,
    query: { fieldManager: "nightshift", fieldValidation: "Strict", ...query },
    body: write.patch,
    contentType: "application/json-patch+json",
    accepted: nothingChanged,
    deadlineMs: 10_000,
    signal,
  });
  return performedOf(reply, `PATCH ${path}`);
};

/** Locked by uid and version like a patch; the API server refuses with 409 when another object bears the name. */
const deleteObject = async (
  client: KubernetesClient,
  { kind, namespace, name, uid, resourceVersion }: DeleteWrite,
  query: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Performed> => {
  if (uid === "" || resourceVersion === "")
    return { kind: "refused", message: "a deletion must name the uid and the version it is for" };
  const path = apiPath(kind, namespace, name);
  // With options in the body the API server reads no others: a dryRun in the query alone deletes (measured on 1.35).
  const dryRun = query.dryRun === undefined ? {} : { dryRun: [query.dryRun] };
  const body = { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid, resourceVersion }, ...dryRun };
  const reply = await client.request({
    method: "DELETE",
    path,
    query,
    body,
    accepted: nothingChanged,
    deadlineMs: 10_000,
    signal,
  });
  return performedOf(reply, `DELETE ${path}`);
};

const createObject = async (
  client: KubernetesClient,
  { kind, namespace, object }: CreateWrite,
  query: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Performed> => {
  if (JSON.stringify(object).includes("[redacted:"))
    return { kind: "refused", message: "the object holds redacted values; build it from the object itself" };
  const path = apiPath(kind, namespace);
  const reply = await client.request({
    method: "POST",
    path,
    query: { fieldManager: "nightshift", fieldValidation: "Strict", ...query },
    body: object,
    accepted: nothingChanged,
    deadlineMs: 10_000,
    signal,
  });
  return performedOf(reply, `POST ${path}`);
};

const send = (
  client: KubernetesClient,
  write: Write,
  query: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Performed> => {
  switch (write.do) {
    case "delete":
      return deleteObject(client, write, query, signal);
    case "create":
      return createObject(client, write, query, signal);
    default:
      return patchObject(client, write, query, signal);
  }
};

export const kubernetesActuator = (client: KubernetesClient): Actuator => ({
  dryRun: (write, signal) => send(client, write, { dryRun: "All" }, signal),
  perform: (write, signal) => send(client, write, {}, signal),
});
