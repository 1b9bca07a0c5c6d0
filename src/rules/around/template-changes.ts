import type { Container, EnvVar, PodSpec, Probe, Volume } from "../../incident/kube.ts";
import { probeTarget } from "../rollout/probe-text.ts";
import type { Template } from "../world/revisions.ts";
import type { Part } from "./change.ts";

/** What is compared, and how it is told: null where it is long or may be a secret, and only said to have changed. */
interface Field {
  readonly is: string;
  readonly told: string | null;
}
type Fields = Record<string, Field>;

const told = (text = ""): Field => ({ is: text, told: text });
const untold = (value: unknown): Field => ({ is: JSON.stringify(value ?? null), told: null });

const resourceFields = ({ resources }: Container): Fields =>
  Object.fromEntries(
    (["requests", "limits"] as const).flatMap((part) =>
      Object.entries(resources?.[part] ?? {}).map(([name, value]) => [
        `${name} ${part.slice(0, -1)}`,
        told(String(value)),
      ]),
    ),
  );

/** Where it asks, and how patiently. Its command and its headers stay out. */
const probeField = (probe: Probe | undefined): Field => {
  if (!probe) return told();
  const { initialDelaySeconds: delay = 0, periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3 } = probe;
  const patience = `after ${delay}s, every ${periodSeconds}s, timeout ${timeoutSeconds}s, ${failureThreshold} failures`;
  return { is: JSON.stringify(probe), told: `${probeTarget(probe)} (${patience})` };
};

const envField = ({ value, valueFrom }: EnvVar): Field => {
  const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
  if (map) return told(`ConfigMap ${map.name} key ${map.key}`);
  if (secret) return told(`Secret ${secret.name} key ${secret.key}`);
  return untold(value ?? valueFrom);
};

const envSources = ({ envFrom = [] }: Container): string =>
  envFrom
    .map(({ configMapRef, secretRef }) =>
      configMapRef ? `ConfigMap ${configMapRef.name}` : `Secret ${secretRef?.name}`,
    )
    .join(" and ");

const containerFields = (container: Container): Fields => ({
  image: told(container.image),
  "image pull policy": told(container.imagePullPolicy),
  command: untold([container.command, container.args]),
  "readiness probe": probeField(container.readinessProbe),
  "liveness probe": probeField(container.livenessProbe),
  "startup probe": probeField(container.startupProbe),
  ports: untold(container.ports),
  "env sources": told(envSources(container)),
  "volume mounts": untold(container.volumeMounts),
  "security context": untold(container.securityContext),
  "lifecycle hooks": untold(container.lifecycle),
  ...resourceFields(container),
  ...Object.fromEntries((container.env ?? []).map((one) => [`env ${one.name}`, envField(one)])),
});

const volumeField = ({ name: _, ...source }: Volume): Field => {
  if (source.configMap?.name) return { is: JSON.stringify(source), told: `ConfigMap ${source.configMap.name}` };
  if (source.secret?.secretName) return { is: JSON.stringify(source), told: `Secret ${source.secret.secretName}` };
  const claim = source.persistentVolumeClaim?.claimName;
  return claim ? told(`claim ${claim}`) : untold(source);
};

/** Written by those who want their pods made anew when the settings beside them change. */
const checksum = /checksum|config-?hash|configmap|secret/i;

const podFields = ({ metadata, spec }: Template): Fields => {
  const { "pod-template-hash": _, ...labels } = metadata?.labels ?? {};
  const annotations = Object.entries(metadata?.annotations ?? {});
  return {
    "pod labels": untold(labels),
    "pod annotations": untold(annotations.filter(([key]) => !checksum.test(key))),
    "checksum of settings": untold(annotations.filter(([key]) => checksum.test(key))),
    "node selector": untold(spec.nodeSelector),
    affinity: untold(spec.affinity),
    tolerations: untold(spec.tolerations),
    "topology spread": untold(spec.topologySpreadConstraints),
    "pod security context": untold(spec.securityContext),
    "service account": told(spec.serviceAccountName),
    "image pull secrets": told((spec.imagePullSecrets ?? []).map(({ name = "" }) => name).join(", ")),
    "priority class": told(spec.priorityClassName),
    "host network": told(spec.hostNetwork ? "yes" : "no"),
    dns: untold([spec.dnsPolicy, spec.dnsConfig, spec.hostAliases]),
    ...Object.fromEntries((spec.volumes ?? []).map((one) => [`volume ${one.name}`, volumeField(one)])),
  };
};

const wordsOf = (name: string, before: Field | undefined, after: Field | undefined): string | null => {
  if (before?.is === after?.is) return null;
  if (before === undefined) return `${name} added`;
  if (after === undefined) return `${name} removed`;
  const [old, young] = [before.told, after.told];
  return old === null || young === null || old === young
    ? `${name} changed`
    : `${name} ${old || "none"} → ${young || "none"}`;
};

const changed = (container: string | null, old: Fields, young: Fields): Part[] =>
  [...new Set([...Object.keys(old), ...Object.keys(young)])].flatMap((name) => {
    const words = wordsOf(name, old[name], young[name]);
    const values = [old[name]?.told, young[name]?.told].filter((one) => typeof one === "string");
    return words === null ? [] : [{ container, name, words: container ? `${container}: ${words}` : words, values }];
  });

const containersOf = ({ containers, initContainers = [] }: PodSpec): Container[] => [...containers, ...initContainers];

const whole = (container: string, how: "added" | "removed"): Part => ({
  container,
  name: `container ${how}`,
  words: `container ${container} ${how}`,
  values: [],
});

/** What differs between two templates, container by container. */
export const templateChanges = (before: Template, after: Template): Part[] => {
  const [old, young] = [containersOf(before.spec), containersOf(after.spec)];
  const isIn = (list: readonly Container[], { name }: Container): boolean => list.some((one) => one.name === name);
  return [
    ...young.flatMap((container) => {
      const earlier = old.find(({ name }) => name === container.name);
      if (!earlier) return [whole(container.name, "added")];
      return changed(container.name, containerFields(earlier), containerFields(container));
    }),
    ...old.filter((one) => !isIn(young, one)).map(({ name }) => whole(name, "removed")),
    ...changed(null, podFields(before), podFields(after)),
  ];
};
