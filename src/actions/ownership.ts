import type { KubeObject, ManagedFields, OwnerReference } from "../incident/kube.ts";

/** Labels and annotations by which a tool marks what it keeps, the surest first; the value tells which of its things. */
const marks: readonly (readonly [key: string, who: (value: string) => string | null])[] = [
  ["resourceset.fluxcd.controlplane.io/name", (name) => `Flux ResourceSet ${name}`],
  ["argocd.argoproj.io/tracking-id", (id) => `Argo CD (${id})`],
  ["kustomize.toolkit.fluxcd.io/name", (name) => `Flux Kustomization ${name}`],
  ["helm.toolkit.fluxcd.io/name", (name) => `Flux HelmRelease ${name}`],
  ["meta.helm.sh/release-name", (name) => `Helm release ${name}`],
  ["argocd.argoproj.io/instance", (name) => `Argo CD (${name})`],
  // Written by people for Argo CD into what it applies.
  ["argocd.argoproj.io/sync-wave", () => "Argo CD"],
  ["argocd.argoproj.io/sync-options", () => "Argo CD"],
  ["argocd.argoproj.io/compare-options", () => "Argo CD"],
  ["fluxcd.io/sync-checksum", () => "Flux"],
  ["helm.fluxcd.io/antecedent", (name) => `Flux HelmRelease ${name}`],
  ["objectset.rio.cattle.io/id", (id) => `Rancher Fleet (${id})`],
  ["objectset.rio.cattle.io/owner-name", (name) => `Rancher (${name})`],
  ["fleet.cattle.io/bundle-id", (id) => `Rancher Fleet (${id})`],
  ["configmanagement.gke.io/managed", (value) => (value === "enabled" ? "Config Sync" : null)],
  ["kapp.k14s.io/app", (id) => `kapp app ${id}`],
  ["applyset.kubernetes.io/part-of", (id) => `ApplySet ${id}`],
  ["addonmanager.kubernetes.io/mode", (mode) => (mode === "Reconcile" ? "the add-on manager" : null)],
  ["olm.owner", (name) => `operator ${name}`],
  ["crossplane.io/composite", (name) => `Crossplane ${name}`],
  ["crossplane.io/claim-name", (name) => `Crossplane ${name}`],
  ["crossplane.io/composition-resource-name", (name) => `Crossplane (${name})`],
  ["olm.managed", (value) => (value === "true" ? "the Operator Lifecycle Manager" : null)],
  ["config.k8s.io/owning-inventory", (id) => `kpt inventory ${id}`],
  ["projectsveltos.io/reference-name", (name) => `Sveltos ${name}`],
  ["work.karmada.io/name", (name) => `Karmada ${name}`],
  ["kluctl.io/deployment-id", (id) => `kluctl deployment ${id}`],
  ["kubernetes.azure.com/managedby", (who) => who],
  ["moniker.spinnaker.io/application", (name) => `Spinnaker (${name})`],
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
  [/^(crossplane|provider-(kubernetes|helm))/, "Crossplane"],
  [/^eks$/, "EKS"],
  [/^(work-agent|klusterlet)/, "Open Cluster Management"],
];

/** What is switched off for this one object is not put back: the words of Flux for it. */
const letGo = ({ labels = {}, annotations = {} }: KubeObject["metadata"]): boolean =>
  annotations["kustomize.toolkit.fluxcd.io/reconcile"] === "disabled" ||
  labels["kustomize.toolkit.fluxcd.io/reconcile"] === "disabled" ||
  annotations["kustomize.toolkit.fluxcd.io/ssa"] === "Ignore";

/** What operators call themselves: by their trade, or by what kubebuilder calls the program. */
const operator = /(operator|[a-z0-9]-controller)$|^manager$/i;
const ofKubernetes = /^(kube|cloud)-controller-manager$|^(deployment|statefulset|daemonset|endpointslice)-controller$/;

const byMark = (metadata: KubeObject["metadata"]): string | null => {
  const { labels = {}, annotations = {} } = metadata;
  for (const [key, who] of marks) {
    if (key.startsWith("kustomize.toolkit.fluxcd.io/") && letGo(metadata)) continue;
    const value = annotations[key] ?? labels[key];
    const found = value === undefined ? null : who(value);
    if (found !== null) return found;
  }
  const ofOperator = Object.keys(labels).find((key) => key.startsWith("operators.coreos.com/"));
  if (ofOperator !== undefined) return `operator ${ofOperator.slice("operators.coreos.com/".length)}`;
  const tool = labels["app.kubernetes.io/managed-by"];
  return tool === undefined || tool === "" || byHand.test(tool) ? null : tool;
};

const writesSpec = ({ subresource, fieldsV1 }: ManagedFields): boolean =>
  !subresource && (fieldsV1 === undefined || "f:spec" in fieldsV1);

const byFields = (metadata: KubeObject["metadata"]): string | null => {
  const managers = (metadata.managedFields ?? [])
    .filter(writesSpec)
    .map(({ manager = "" }) => manager)
    .filter((manager) => manager !== "kustomize-controller" || !letGo(metadata));
  const tool = managers.flatMap((manager) => tools.find(([pattern]) => pattern.test(manager))?.[1] ?? [])[0];
  if (tool !== undefined) return tool;
  const own = managers.find((manager) => operator.test(manager) && !ofKubernetes.test(manager));
  return own === undefined ? null : `operator ${own}`;
};

const isCustom = ({ apiVersion }: OwnerReference): boolean =>
  /\..*\//.test(apiVersion) && !/\.k8s\.io\//.test(apiVersion);

/** The resource of an operator that such an object was made for; null where there is none. */
export const madeByOperator = ({ metadata: { ownerReferences = [] } }: KubeObject): string | null => {
  const owner = ownerReferences.find(isCustom);
  return owner === undefined ? null : `${owner.kind} ${owner.name}`;
};

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
