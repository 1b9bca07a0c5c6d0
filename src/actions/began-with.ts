import { canonical } from "../incident/canonical.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import type { Container } from "../incident/kube.ts";
import type { Template } from "./revisions.ts";

type Part = (template: Template) => unknown;

const containers = (template: Template): Container[] => [
  ...(template.spec.initContainers ?? []),
  ...template.spec.containers,
];
const each =
  (pick: (container: Container) => unknown): Part =>
  (template) =>
    containers(template).map(pick);

const image = each(({ image, imagePullPolicy }) => [image, imagePullPolicy]);
const command = each(({ image, command, args, env }) => [image, command, args, env]);
const references: Part = ({ spec }) => [
  spec.volumes,
  spec.serviceAccountName,
  each(({ env, envFrom }) => [env?.map(({ name, valueFrom }) => [name, valueFrom]), envFrom])({ spec }),
];
const probes = each(({ image, command, args, env, ports, readinessProbe, livenessProbe, startupProbe, lifecycle }) => [
  [image, command, args, env, ports],
  [readinessProbe, livenessProbe, startupProbe, lifecycle],
]);
const resources = each(({ resources }) => resources);
const placement: Part = ({ spec }) => [spec.nodeSelector, spec.affinity, spec.nodeName, spec.tolerations];
const security: Part = (template) => [
  template.spec.securityContext,
  image(template),
  each(({ securityContext }) => securityContext)(template),
];
const anything: Part = ({ spec }) => spec;

/**
 * The causes a rollout can bring, and the part of the template that must differ for it to be this rollout's doing.
 * A class that is not here is never answered with an undo.
 */
export const broughtBy: Partial<Record<FaultClass, Part>> = {
  "image-not-found": image,
  "image-ref-or-pull-policy-wrong": image,
  "image-wrong-architecture": image,
  "command-not-found": command,
  "env-var-missing-or-wrong": command,
  "config-key-missing": references,
  "configmap-missing": references,
  "secret-missing": references,
  "service-account-missing": references,
  "readiness-probe-wrong": probes,
  "liveness-probe-wrong": probes,
  "liveness-probe-too-eager": probes,
  "lifecycle-hook-failed": probes,
  "request-exceeds-largest-node": resources,
  "node-selector-unmatched": placement,
  "security-context-conflict": security,
  "oom-limit-too-low": resources,
  "init-container-failed": anything,
  "app-crash": anything,
  "app-not-ready": anything,
  "app-hang": anything,
  "process-exits-zero": anything,
  "rollout-stuck": anything,
};

/** Weak causes: the template differs in many ways, so the time must speak too. */
export const needsTiming = (part: Part): boolean => part === anything;

export const differs = (part: Part, a: Template, b: Template): boolean => canonical(part(a)) !== canonical(part(b));
