import type { KubeObject, ManagedFields, OwnerReference } from "../incident/kube.ts";

/** Labels and annotations by which a tool marks what it keeps, the surest first; the value tells which of its things. */
const marks: readonly (readonly [key: string, who: (value: string) => string | null])[] = [
  ["argocd.argoproj.io/tracking-id", (id) => `Argo CD (${id})`],
  ["kustomize.toolkit.fluxcd.io/name", (name) => `Flux Kustomization ${name}`],
  ["helm.toolkit.fluxcd.io/name", (name) => `Flux HelmRelease ${name}`],
  ["meta.helm.sh/release-name", (name) => `Helm release ${name}`],
  ["argocd.argoproj.io/instance", (name) => `Argo CD (${name})`],
  ["objectset.rio.cattle.io/id", (id) => `Rancher Fleet (${id})`],
  ["configmanagement.gke.io/managed", (value) => (value === "enabled" ? "Config Sync" : null)],
  ["kapp.k14s.io/app", (id) => `kapp app ${id}`],
  ["applyset.kubernetes.io/part-of", (id) => `ApplySet ${id}`],
  ["addonmanager.kubernetes.io/mode", (mode) => (mode === "Reconcile" ? "the add-on manager" : null)],
  ["olm.owner", (name) => `operator ${name}`],
  ["crossplane.io/composite", (name) => `Crossplane ${name}`],
  ["helm.sh/chart", (chart) => `Helm chart ${chart}`],
];

/** These only say how a person wrote it. */
const byHand = /^(kubectl|kustomize|skaffold|tilt|devspace|manual|nightshift)/i;

// Field managers of the tools themselves, as they sign what they write.
const tools: readonly (readonly [manager: RegExp, who: string])[] = [
  [/^(argocd-(application-)?controller|argocd)$/, "Argo CD"],
  [/^(kustomize-controller|helm-controller|fluxd?|helm-operator)$/, "Flux"],
  [/^helm$/, "Helm"],
  [/^(terraform|hashicorp)/i, "Terraform"],
  [/^pulumi/, "Pulumi"],
  [/^(fleetagent|fleet-agent|rancher)$/, "Rancher Fleet"],
  [/^(configsync|reposync)/, "Config Sync"],
  [/^kapp/, "kapp"],
  [/^crossplane/, "Crossplane"],
];

/** What operators call themselves: by their trade, or by what kubebuilder calls the program. */
const operator = /(operator|[a-z0-9]-controller)$|^manager$/i;
const ofKubernetes = /^(kube|cloud)-controller-manager$|^(deployment|statefulset|daemonset|endpointslice)-controller$/;

const byMark = ({ labels = {}, annotations = {} }: KubeObject["metadata"]): string | null => {
  for (const [key, who] of marks) {
    const value = annotations[key] ?? labels[key];
    const found = value === undefined ? null : who(value);
    if (found !== null) return found;
  }
  const tool = labels["app.kubernetes.io/managed-by"];
  return tool === undefined || tool === "" || byHand.test(tool) ? null : tool;
};

const writesSpec = ({ subresource, fieldsV1 }: ManagedFields): boolean =>
  !subresource && (fieldsV1 === undefined || "f:spec" in fieldsV1);

const byFields = ({ managedFields = [] }: KubeObject["metadata"]): string | null => {
  const managers = managedFields.filter(writesSpec).map(({ manager = "" }) => manager);
  const tool = managers.flatMap((manager) => tools.find(([pattern]) => pattern.test(manager))?.[1] ?? [])[0];
  if (tool !== undefined) return tool;
  const own = managers.find((manager) => operator.test(manager) && !ofKubernetes.test(manager));
  return own === undefined ? null : `operator ${own}`;
};

const isCustom = ({ apiVersion }: OwnerReference): boolean =>
  /\..*\//.test(apiVersion) && !/\.k8s\.io\//.test(apiVersion);

/** Not every operator says that it controls what it made. Whoever made a node does not mind what is scheduled to it. */
const byOwner = ({ kind, metadata: { ownerReferences = [] } }: KubeObject): string | null => {
  const owner =
    ownerReferences.find(({ controller }) => controller) ??
    (kind === "Node" ? undefined : ownerReferences.find(isCustom));
  return owner === undefined ? null : `${owner.kind} ${owner.name}`;
};

/** A pod or a Job is made by its controller, whose marks it bears, and no other one is more its source. */
const isMade = ({ kind, metadata }: KubeObject): boolean =>
  (kind === "Pod" || kind === "Job") &&
  (metadata.ownerReferences?.some(({ controller, apiVersion }) => controller && /^(apps|batch)\//.test(apiVersion)) ??
    false);

/** Who would take a direct change back, in words; null when nobody is seen to. */
export const managedElsewhere = (object: KubeObject): string | null =>
  isMade(object) ? null : (byMark(object.metadata) ?? byFields(object.metadata) ?? byOwner(object));
