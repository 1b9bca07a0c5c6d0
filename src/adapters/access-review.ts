import { type Kind, kinds } from "../incident/kinds.ts";
import { inParallel } from "../ports/in-parallel.ts";
import { type KubernetesClient, parsed } from "./kubernetes-client.ts";
import { isFields } from "./kubernetes-objects.ts";
import { mustBeDenied, type Right } from "./must-deny.ts";

export interface AccessRow {
  verb: string;
  resource: string;
  namespace: string | null;
  /** `needed`: without it some evidence is missing. `optional`: the same, by choice. `denied`: it must not be there. */
  want: "needed" | "optional" | "denied";
  allowed: boolean;
}

const optional: Kind[] = ["ConfigMap"];

const reads = (kind: Kind): Right[] =>
  (kind === "ConfigMap" ? ["list"] : ["get", "list"]).map((verb) => ({
    verb,
    group: kinds[kind].group,
    resource: kinds[kind].plural,
    namespace: null,
  }));

const core = (verb: string, resource: string): Right => ({ verb, group: "", resource, namespace: null });

const allKinds = Object.keys(kinds) as Kind[];
const needed = [...allKinds.filter((kind) => !optional.includes(kind)).flatMap(reads), core("get", "pods/log")];
const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

const isAllowed = async (client: KubernetesClient, right: Right, signal: AbortSignal | undefined): Promise<boolean> => {
  const [resource, subresource] = right.resource.split("/");
  const resourceAttributes = {
    verb: right.verb,
    group: right.group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(right.namespace === null ? {} : { namespace: right.namespace }),
  };
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes },
  };
  const reply = await client.request({ method: "POST", path, body, signal });
  const review = parsed(reply, `POST ${path}`);
  return isFields(review) && isFields(review.status) && review.status.allowed === true;
};

const atOnce = 10;

const rowsOf = (
  client: KubernetesClient,
  want: AccessRow["want"],
  asked: readonly Right[],
  signal: AbortSignal | undefined,
): Promise<AccessRow[]> =>
  inParallel(atOnce, asked, async (right) => ({
    verb: right.verb,
    resource: right.resource,
    namespace: right.namespace,
    want,
    allowed: await isAllowed(client, right, signal),
  }));

/** Whether this identity may read Secrets: everywhere, and in each of these namespaces. */
const secretsTable = async (
  client: KubernetesClient,
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<AccessRow[]> => {
  const asked = [null, ...namespaces].flatMap((namespace) =>
    ["get", "list", "watch"].map((verb) => ({ ...core(verb, "secrets"), namespace })),
  );
  return rowsOf(client, "denied", asked, signal);
};

/** What this identity may read of Secrets: everywhere, or in one of these namespaces. Empty: nothing, as it must be. */
export const readableSecrets = async (
  client: KubernetesClient,
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> => {
  const rows = await secretsTable(client, namespaces, signal);
  return rows
    .filter(({ allowed }) => allowed)
    .map(({ verb, namespace }) => `${verb} secrets${namespace === null ? "" : ` in ${namespace}`}`);
};

/** What this identity may read of what Nightshift needs. For `doctor`. */
export const neededTable = async (client: KubernetesClient, signal?: AbortSignal): Promise<AccessRow[]> => {
  const optionals = optional.flatMap(reads);
  return [
    ...(await rowsOf(client, "needed", needed, signal)),
    ...(await rowsOf(client, "optional", optionals, signal)),
  ];
};

/** What is done to a kind, as the API server is asked for it. */
export type Change = readonly [verb: "patch" | "delete" | "create", kind: Kind];

// What the catalogue does, and nothing else; nodes are granted by a role of their own.
const changes: readonly Change[] = [
  ["patch", "Deployment"],
  ["patch", "StatefulSet"],
  ["patch", "DaemonSet"],
  ["patch", "Service"],
  ["patch", "CronJob"],
  ["delete", "Pod"],
  ["create", "Job"],
];

/** Changes are granted namespace by namespace, so they are asked for one by one. */
export const writeTable = async (
  client: KubernetesClient,
  namespace: string | null,
  wanted: readonly Change[] = changes,
  signal?: AbortSignal,
): Promise<AccessRow[]> =>
  Promise.all(
    wanted.map(async ([verb, kind]) => {
      const right = { verb, group: kinds[kind].group, resource: kinds[kind].plural, namespace };
      const allowed = await isAllowed(client, right, signal);
      return { verb, resource: right.resource, namespace, want: "optional" as const, allowed };
    }),
  );

/**
 * What an identity must not be able to do, everywhere and in each of these namespaces: the one that looks changes nothing, the
 * one that changes does what the catalogue does.
 */
export const deniedTable = async (
  client: KubernetesClient,
  half: "reader" | "writer",
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<AccessRow[]> => {
  const asked = [null, ...namespaces].flatMap((namespace) => mustBeDenied(half, namespace));
  return rowsOf(client, "denied", asked, signal);
};
