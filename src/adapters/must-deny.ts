import { kinds } from "../incident/kinds.ts";

export interface Right {
  verb: string;
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  namespace: string | null;
}

/** What a resource is asked with, and whether a Role of one namespace can grant it. */
interface Denied {
  group: string;
  resource: string;
  verbs: readonly string[];
  inNamespace: boolean;
}

const changing = ["create", "update", "patch", "delete", "deletecollection"];
const rbac = "rbac.authorization.k8s.io";
const of = (group: string, resources: string, verbs = changing, inNamespace = true): Denied[] =>
  resources.split(" ").map((resource) => ({ group, resource, verbs, inNamespace }));
const ofCluster = (group: string, resources: string, verbs = changing): Denied[] => of(group, resources, verbs, false);

/** What an identity of Nightshift must not be able to do, the changes of the catalogue among it. */
const denied: readonly Denied[] = [
  ...of("", "secrets", ["get", "list", "watch", ...changing]),
  ...of("", "pods/exec pods/attach pods/portforward", ["create", "get"]),
  ...of("", "pods/ephemeralcontainers", ["update", "patch"]),
  ...of("", "pods/eviction serviceaccounts/token", ["create"]),
  ...of("", "services/proxy pods/proxy", ["get", "create"]),
  ...ofCluster("", "nodes/proxy", ["get", "create"]),
  ...ofCluster("", "users groups", ["impersonate"]),
  ...of("", "serviceaccounts", ["impersonate", ...changing]),
  // A Role may delete the namespace that it is in.
  ...of("", "namespaces persistentvolumeclaims configmaps pods services"),
  ...ofCluster("", "nodes persistentvolumes"),
  ...of("apps", "deployments statefulsets daemonsets replicasets"),
  ...of("apps", "deployments/scale statefulsets/scale", ["update", "patch"]),
  ...of("batch", "jobs cronjobs"),
  ...of("autoscaling", "horizontalpodautoscalers"),
  ...of("policy", "poddisruptionbudgets"),
  ...of("networking.k8s.io", "networkpolicies ingresses"),
  ...of(rbac, "roles", [...changing, "escalate", "bind"]),
  ...of(rbac, "rolebindings"),
  ...ofCluster(rbac, "clusterroles", [...changing, "escalate", "bind"]),
  ...ofCluster(rbac, "clusterrolebindings"),
  ...ofCluster("apiextensions.k8s.io", "customresourcedefinitions"),
  ...ofCluster(
    "admissionregistration.k8s.io",
    "mutatingwebhookconfigurations validatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings mutatingadmissionpolicies mutatingadmissionpolicybindings",
  ),
];

/** What the catalogue does: the writer's own, and denied to the reader. */
const catalogue: ReadonlySet<string> = new Set([
  ...(["Deployment", "StatefulSet", "DaemonSet", "Service", "CronJob", "Node"] as const).map(
    (kind) => `patch ${kinds[kind].plural}`,
  ),
  "delete pods",
  "create jobs",
]);

/** Everywhere (null), or what a Role can grant in that namespace. */
export const mustBeDenied = (half: "reader" | "writer", namespace: string | null): Right[] =>
  denied
    .filter(({ inNamespace }) => namespace === null || inNamespace)
    .flatMap(({ group, resource, verbs }) => verbs.map((verb) => ({ verb, group, resource, namespace })))
    .filter(({ verb, resource }) => half === "reader" || !catalogue.has(`${verb} ${resource}`));
