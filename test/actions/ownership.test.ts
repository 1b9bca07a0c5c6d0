import { expect, test } from "vitest";
import { managedElsewhere } from "../../src/actions/ownership.ts";
import type { KubeObject, Meta } from "../../src/incident/kube.ts";

const object = (metadata: Partial<Meta>, kind = "Deployment"): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "web", namespace: "shop", ...metadata },
});
const labels = (key: string, value: string) => object({ labels: { [key]: value } });
const annotations = (key: string, value: string) => object({ annotations: { [key]: value } });
const fields = (manager: string, more: object = {}) =>
  object({ managedFields: [{ manager, operation: "Update", fieldsV1: { "f:spec": {} }, ...more }] });
const owner = (apiVersion: string, kind: string, controller?: boolean, of = "Deployment") =>
  object({ ownerReferences: [{ apiVersion, kind, name: "x", uid: "u", ...(controller && { controller }) }] }, of);

test.each<[string, KubeObject, RegExp]>([
  ["Argo CD by annotation", annotations("argocd.argoproj.io/tracking-id", "shop:apps/Deployment:shop/web"), /Argo CD/],
  ["Argo CD by label", labels("argocd.argoproj.io/instance", "shop"), /Argo CD/],
  ["Argo CD by field manager", fields("argocd-controller", { operation: "Apply" }), /Argo CD/],
  ["Flux", labels("kustomize.toolkit.fluxcd.io/name", "apps"), /Flux Kustomization apps/],
  ["Flux by field manager", fields("kustomize-controller"), /Flux/],
  ["a HelmRelease", labels("helm.toolkit.fluxcd.io/name", "web"), /Flux HelmRelease web/],
  ["Helm by annotation", annotations("meta.helm.sh/release-name", "shop"), /Helm release shop/],
  ["Helm by managed-by", labels("app.kubernetes.io/managed-by", "Helm"), /Helm/],
  ["Helm by field manager", fields("helm"), /Helm/],
  ["a rendered chart", labels("helm.sh/chart", "web-1.2.3"), /Helm chart/],
  ["Argo CD by what people wrote for it", annotations("argocd.argoproj.io/sync-wave", "2"), /Argo CD/],
  ["a ResourceSet", labels("resourceset.fluxcd.controlplane.io/name", "apps"), /Flux ResourceSet apps/],
  ["Rancher", annotations("objectset.rio.cattle.io/owner-name", "mcc-web"), /Rancher \(mcc-web\)/],
  ["a composition of Crossplane", annotations("crossplane.io/composition-resource-name", "web"), /Crossplane/],
  ["a claim of Crossplane", labels("crossplane.io/claim-name", "shop"), /Crossplane shop/],
  ["a provider of Crossplane", fields("provider-kubernetes/web", { operation: "Apply" }), /Crossplane/],
  ["a component of OLM", labels("operators.coreos.com/strimzi.kafka", ""), /operator strimzi.kafka/],
  ["the scaler's own operator", labels("app.kubernetes.io/managed-by", "keda-operator"), /keda-operator/],
  ["EKS", fields("eks"), /EKS/],
  ["AKS", labels("kubernetes.azure.com/managedby", "aks"), /aks/],
  ["Karmada", labels("work.karmada.io/name", "web"), /Karmada web/],
  ["a claim of a resource", owner("apps.example.com/v1alpha1", "XApp"), /XApp x/],
  ["Fleet", annotations("objectset.rio.cattle.io/id", "default-shop"), /Fleet/],
  ["Config Sync", annotations("configmanagement.gke.io/managed", "enabled"), /Config Sync/],
  ["Terraform", fields("Terraform"), /Terraform/],
  ["OLM", labels("olm.owner", "web.v1"), /operator web.v1/],
  ["an operator by managed-by", labels("app.kubernetes.io/managed-by", "strimzi-cluster-operator"), /strimzi/],
  ["an operator by field manager", fields("postgres-operator"), /postgres-operator/],
  ["a program of kubebuilder", fields("manager"), /operator manager/],
  ["a custom controller", fields("team-api-controller", { operation: "Apply" }), /team-api-controller/],
  ["its owner", owner("kafka.strimzi.io/v1", "Kafka", true), /Kafka x/],
  ["an owner that does not say that it controls", owner("kafka.strimzi.io/v1", "Kafka"), /Kafka x/],
])("sees that it is kept by %s", (_, kept, who) => {
  expect(managedElsewhere(kept)).toMatch(who);
});

test.each<[string, KubeObject]>([
  ["nobody", object({})],
  ["kubectl", fields("kubectl-client-side-apply")],
  ["a person with kustomize", labels("app.kubernetes.io/managed-by", "kustomize-v5.4.2")],
  ["controllers of Kubernetes", fields("kube-controller-manager")],
  ["an operator that writes its status only", fields("postgres-operator", { subresource: "status" })],
  ["an operator that writes labels only", fields("label-operator", { fieldsV1: { "f:metadata": {} } })],
  ["Config Sync no more", annotations("configmanagement.gke.io/managed", "disabled")],
  ["an add-on that is only made once", labels("addonmanager.kubernetes.io/mode", "EnsureExists")],
  [
    "Flux, told to leave it alone",
    object({
      labels: { "kustomize.toolkit.fluxcd.io/name": "apps" },
      annotations: { "kustomize.toolkit.fluxcd.io/reconcile": "disabled" },
      managedFields: [{ manager: "kustomize-controller", operation: "Apply", fieldsV1: { "f:spec": {} } }],
    }),
  ],
  ["a page of Rancher", annotations("field.cattle.io/publicEndpoints", "[]")],
  ["a user of KEDA", labels("scaledobject.keda.sh/name", "web")],
  ["an owner that is there for garbage collection", owner("v1", "ConfigMap")],
  ["the maker of a node", owner("karpenter.sh/v1", "NodeClaim", undefined, "Node")],
])("says nothing of %s", (_, free) => {
  expect(managedElsewhere(free)).toBeNull();
});

test("a pod bears the marks of what made it, and is not kept by them", () => {
  const made = owner("apps/v1", "StatefulSet", true, "Pod");
  const marked = { ...made, metadata: { ...made.metadata, labels: { "app.kubernetes.io/managed-by": "Helm" } } };
  expect(managedElsewhere(marked)).toBeNull();
  expect(managedElsewhere({ ...marked, kind: "StatefulSet" })).toBe("Helm");
});
