import type { KubeObject } from "../incident/kube.ts";

const argo = "argocd.argoproj.io/tracking-id";
const helm = "meta.helm.sh/release-name";
const fluxKustomize = "kustomize.toolkit.fluxcd.io/name";
const fluxHelm = "helm.toolkit.fluxcd.io/name";

/** Who would take a direct change back, in words; null when nobody is seen to. */
export const managedElsewhere = ({ metadata: { labels = {}, annotations = {}, ownerReferences } }: KubeObject) => {
  const marks = { ...labels, ...annotations };
  if (marks[argo]) return `Argo CD (${marks[argo]})`;
  if (marks[fluxKustomize]) return `Flux Kustomization ${marks[fluxKustomize]}`;
  if (marks[fluxHelm]) return `Flux HelmRelease ${marks[fluxHelm]}`;
  if (marks[helm]) return `Helm release ${marks[helm]}`;
  if (labels["app.kubernetes.io/managed-by"] === "Helm") return "Helm";
  if (labels["argocd.argoproj.io/instance"]) return `Argo CD (${labels["argocd.argoproj.io/instance"]})`;
  const owner = ownerReferences?.find(({ controller }) => controller);
  return owner ? `${owner.kind} ${owner.name}` : null;
};
