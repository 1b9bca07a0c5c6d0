import { HttpMethod, IsomorphicFetchHttpLibrary, type KubeConfig, RequestContext } from "@kubernetes/client-node";
import about from "../../package.json" with { type: "json" };
import { PortError } from "../ports/port-error.ts";
import { boundedBytes, jsonOf, textOf } from "./bounded-body.ts";
import { type KubernetesSource, kubernetesConfig } from "./kubernetes-config.ts";
import { assertAllowed, assertReading, type Method } from "./kubernetes-path.ts";
import { reasonOfStatus, transportError } from "./transport-error.ts";

export interface KubernetesRequest {
  method: Method;
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  accept?: string;
  /** Statuses beside 2xx that the caller understands; all others are thrown. */
  accepted?: readonly number[];
  signal?: AbortSignal | undefined;
  deadlineMs?: number;
  maxBytes?: number;
  /** Takes the body of a 2xx answer as it comes, in place of a text. */
  take?: (chunk: Uint8Array) => void;
}

export interface KubernetesReply {
  status: number;
  text: string;
  bytes: number;
}

export interface KubernetesClient {
  /** Name of the context's cluster in the kubeconfig. */
  readonly clusterName: string;
  request(request: KubernetesRequest): Promise<KubernetesReply>;
  close(): Promise<void>;
}

const http = new IsomorphicFetchHttpLibrary();

const messageIn = (text: string): string | null => {
  try {
    const status: unknown = JSON.parse(text);
    return typeof status === "object" && status !== null && "message" in status ? String(status.message) : null;
  } catch {
    // Not a Status: a proxy's page, or nothing. Its own words are told instead.
    return null;
  }
};

/** What the server says went wrong. A strict refusal quotes the whole object, environment included: left out. */
export const serverMessage = (text: string): string => {
  const message = messageIn(text);
  if (message === null) return text.trim().slice(0, 300) || "(no message)";
  return message.replace(/Invalid value: "\{.*\}"/s, "Invalid value: (the object)").slice(0, 2000);
};

const contextFor = (config: KubeConfig, request: KubernetesRequest, signal: AbortSignal): RequestContext => {
  const server = (config.getCurrentCluster()?.server ?? "").replace(/\/+$/, "");
  const context = new RequestContext(`${server}${request.path}`, HttpMethod[request.method]);
  for (const [name, value] of Object.entries(request.query ?? {})) context.setQueryParam(name, value);
  context.setHeaderParam("Accept", request.accept ?? "application/json");
  context.setHeaderParam("User-Agent", `nightshift/${about.version}`);
  if (request.body !== undefined) {
    context.setHeaderParam("Content-Type", request.contentType ?? "application/json");
    context.setBody(JSON.stringify(request.body));
  }
  context.setSignal(signal);
  return context;
};

/** Credentials may come from a plugin that hangs; the deadline holds for it too. */
const authenticate = async (config: KubeConfig, context: RequestContext, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([config.applySecurityAuthentication(context), aborted.promise]);
  } catch (cause) {
    if (signal.aborted) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PortError("cluster", "unauthorized", `could not get credentials from the kubeconfig: ${why}`, { cause });
  } finally {
    signal.removeEventListener("abort", abort);
  }
};

const exchange = async (
  config: KubeConfig,
  request: KubernetesRequest,
  what: string,
  signal: AbortSignal,
): Promise<KubernetesReply> => {
  const maxBytes = request.maxBytes ?? 8 * 1024 * 1024;
  const context = contextFor(config, request, signal);
  await authenticate(config, context, signal);
  const response = await http.send(context).toPromise();

  const { httpStatusCode: status } = response;
  const bytes = await boundedBytes(response.body.stream(), maxBytes, status < 300 ? request.take : undefined);
  if (bytes === null) throw new PortError("cluster", "too-large", `${what} answered with more than ${maxBytes} bytes`);
  return { status, text: textOf(bytes), bytes: bytes.byteLength };
};

const send = async (config: KubeConfig, request: KubernetesRequest): Promise<KubernetesReply> => {
  assertAllowed(request.method, request.path);
  const what = `${request.method} ${request.path}`;
  const deadlineMs = request.deadlineMs ?? 5_000;
  const deadline = AbortSignal.timeout(deadlineMs);
  const caller = request.signal;
  const reply = await exchange(config, request, what, caller ? AbortSignal.any([caller, deadline]) : deadline).catch(
    (error: unknown) => {
      throw transportError(error, { port: "cluster", what, deadlineMs, deadline, caller });
    },
  );
  const { status, text } = reply;
  if ((status >= 200 && status < 300) || request.accepted?.includes(status)) return reply;
  throw new PortError("cluster", reasonOfStatus(status), `${what} answered ${status}: ${serverMessage(text)}`);
};

/** JSON of a reply. What is no JSON did not come from a Kubernetes API. */
export const parsed = (reply: KubernetesReply, what: string): unknown => {
  try {
    return jsonOf(reply.text);
  } catch (cause) {
    const hint = "is this the address of a Kubernetes API?";
    throw new PortError("cluster", "invalid", `${what} did not answer with JSON; ${hint}`, { cause });
  }
};

/** The half that looks. Whatever rights its identity has, it sends nothing that could change an object. */
export const readingClient = (client: KubernetesClient): KubernetesClient => ({
  ...client,
  request: async (request) => {
    assertReading(request.method, request.path);
    return client.request(request);
  },
});

export const kubernetesClient = (source: KubernetesSource): KubernetesClient => {
  const { config, close } = kubernetesConfig(source);
  return {
    clusterName: config.getCurrentCluster()?.name ?? "",
    request: (request) => send(config, request),
    close,
  };
};
