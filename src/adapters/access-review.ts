import { type Kind, kinds } from "../incident/kinds.ts";
import { type KubernetesClient, parsed } from "./kubernetes-client.ts";
import { isFields } from "./kubernetes-objects.ts";

interface Right {
  verb: string;
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  namespace: string | null;
}

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
const forbidden = [
  core("get", "secrets"),
  core("list", "secrets"),
  core("watch", "secrets"),
  core("create", "pods/exec"),
  core("create", "pods/attach"),
  core("create", "pods/portforward"),
  core("update", "pods/ephemeralcontainers"),
  core("get", "nodes/proxy"),
  core("get", "services/proxy"),
  core("create", "serviceaccounts/token"),
  core("impersonate", "users"),
  { verb: "escalate", group: "rbac.authorization.k8s.io", resource: "clusterroles", namespace: null },
  { verb: "bind", group: "rbac.authorization.k8s.io", resource: "clusterroles", namespace: null },
];

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

const mustBeDenied = (client: KubernetesClient, asked: readonly Right[], signal?: AbortSignal): Promise<AccessRow[]> =>
  Promise.all(
    asked.map(async (right) => ({
      verb: right.verb,
      resource: right.resource,
      namespace: right.namespace,
      want: "denied" as const,
      allowed: await isAllowed(client, right, signal),
    })),
  );

/** Whether this identity may read Secrets: everywhere, and in each of these namespaces. */
export const secretsTable = async (
  client: KubernetesClient,
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<AccessRow[]> => {
  const asked = [null, ...namespaces].flatMap((namespace) =>
    ["get", "list", "watch"].map((verb) => ({ ...core(verb, "secrets"), namespace })),
  );
  return mustBeDenied(client, asked, signal);
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

/** What this identity may do of what Nightshift needs, and of what it must never be able to do. For `doctor`. */
export const accessTable = async (client: KubernetesClient, signal?: AbortSignal): Promise<AccessRow[]> => {
  const rights = [
    ...needed.map((right) => ({ right, want: "needed" as const })),
    ...optional.flatMap(reads).map((right) => ({ right, want: "optional" as const })),
    ...forbidden.map((right) => ({ right, want: "denied" as const })),
  ];
  return Promise.all(
    rights.map(async ({ right, want }) => ({
      verb: right.verb,
      resource: right.resource,
      namespace: right.namespace,
      want,
      allowed: await isAllowed(client, right, signal),
    })),
  );
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

/** What one of two identities must not be able to do: the one that looks changes nothing, the one that changes reads no Secret. */
export const deniedTable = async (
  client: KubernetesClient,
  half: "reader" | "writer",
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<AccessRow[]> => {
  const writes = [...changes, ["patch", "Node"] as const].map(([verb, kind]) => ({
    verb,
    group: kinds[kind].group,
    resource: kinds[kind].plural,
    namespace: null,
  }));
  const everywhere: readonly Right[] = half === "reader" ? writes : forbidden;
  const there = everywhere.filter(({ resource }) => half === "reader" || resource === "secrets");
  const asked = [
    ...everywhere,
    ...namespaces.flatMap((namespace) => there.map((right) => ({ ...right, namespace }))),
  ].filter(({ resource, namespace }) => resource !== "nodes" || namespace === null);
  return mustBeDenied(client, asked, signal);
};
