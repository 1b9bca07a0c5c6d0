import type { KubeObject } from "../incident/kube.ts";

const argo = "argocd.argoproj.io/tracking-id";
const helm = "meta.helm.sh/release-name";
const fluxKustomize = "kustomize.toolkit.fluxcd.io/name";
const fluxHelm = "helm.toolkit.fluxcd.io/name";

// Field managers of the tools themselves, as they sign what they apply.
const tools: Record<string, string> = {
  "argocd-controller": "Argo CD",
  "argocd-application-controller": "Argo CD",
  "kustomize-controller": "Flux",
  "helm-controller": "Flux",
  helm: "Helm",
};

/** Who would take a direct change back, in words; null when nobody is seen to. */
export const managedElsewhere = ({ kind, metadata }: KubeObject): string | null => {
  const { labels = {}, annotations = {}, ownerReferences } = metadata;
  const marks = { ...labels, ...annotations };
  if (marks[argo]) return `Argo CD (${marks[argo]})`;
  if (marks[fluxKustomize]) return `Flux Kustomization ${marks[fluxKustomize]}`;
  if (marks[fluxHelm]) return `Flux HelmRelease ${marks[fluxHelm]}`;
  if (marks[helm]) return `Helm release ${marks[helm]}`;
  if (labels["app.kubernetes.io/managed-by"] === "Helm") return "Helm";
  if (labels["argocd.argoproj.io/instance"]) return `Argo CD (${labels["argocd.argoproj.io/instance"]})`;
  const tool = (metadata.managedFields ?? [])
    .filter(({ subresource }) => !subresource)
    .flatMap(({ manager = "" }) => (Object.hasOwn(tools, manager) ? (tools[manager] ?? []) : []))[0];
  if (tool !== undefined) return tool;
  const owner = ownerReferences?.find(({ controller }) => controller);
  // A pod or a Job is made by its controller, and no other one is more its source.
  if ((kind === "Pod" || kind === "Job") && owner && /^(apps|batch)\//.test(owner.apiVersion)) return null;
  return owner ? `${owner.kind} ${owner.name}` : null;
};
