import type { Cause, Diagnosis } from "../incident/diagnosis.ts";
import { type FaultClass, faultClasses } from "../incident/fault-classes.ts";
import type { ObjectRef } from "../incident/subject.ts";

/** What a person should do, in a few lines with commands to type. */
export const recommend = (diagnosis: Diagnosis): string => {
  if (diagnosis.kind === "unknown") return recommendLooking(diagnosis);
  const { remedy } = faultClasses[diagnosis.class];
  return [`${remedy[0]?.toUpperCase()}${remedy.slice(1)}.`, ...fenced(commandsFor(diagnosis))].join("\n");
};

const recommendLooking = ({ missing, candidates }: Extract<Diagnosis, { kind: "unknown" }>): string =>
  [
    "Find out what is missing:",
    ...missing.map((gap) => `- ${gap}`),
    ...candidates.map(({ class: name, statement }) => `- it may be ${name}: ${statement}`),
  ].join("\n");

const fenced = (commands: readonly string[]): string[] => ["```", ...commands, "```"];

const at = ({ namespace }: ObjectRef): string => (namespace === null ? "" : ` -n ${namespace}`);
const named = (ref: ObjectRef): string => `${ref.kind.toLowerCase()}/${ref.name}${at(ref)}`;

type Commands = (cause: Cause) => string[];

const inspect: Commands = ({ object }) => [
  `kubectl describe ${named(object)}`,
  `kubectl get events${at(object)} --sort-by=.lastTimestamp`,
];
const history: Commands = ({ object }) => [
  `kubectl rollout history ${named(object)}`,
  `kubectl rollout undo ${named(object)}   # if an older revision was healthy`,
];
const setImage: Commands = ({ object }) => [
  `kubectl set image ${named(object)} CONTAINER=IMAGE:TAG`,
  `kubectl rollout status ${named(object)}`,
];
const edit: Commands = ({ object }) => [`kubectl edit ${named(object)}`, `kubectl rollout status ${named(object)}`];
const setEnv: Commands = ({ object }) => [
  `kubectl set env ${named(object)} NAME=VALUE`,
  ...history({ object } as Cause),
];
const configMap: Commands = ({ object }) => [
  `kubectl get configmap${at(object)}`,
  `kubectl create configmap NAME${at(object)} --from-file=PATH   # or restore it from Git`,
];
const pullSecret: Commands = ({ object }) => [
  `kubectl create secret docker-registry NAME${at(object)} --docker-server=HOST --docker-username=USER --docker-password=...`,
  `kubectl edit ${named(object)}   # imagePullSecrets`,
];
const memory: Commands = ({ object }) => [`kubectl set resources ${named(object)} -c CONTAINER --limits=memory=VALUE`];
const claims: Commands = ({ object }) => [
  "kubectl get storageclass",
  `kubectl get pvc${at(object)}`,
  `kubectl describe pvc${at(object)}`,
];
const quota: Commands = ({ object }) => [`kubectl describe resourcequota,limitrange${at(object)}`];
const nodes: Commands = () => ["kubectl get nodes -o wide --show-labels", "kubectl describe nodes"];
const job: Commands = ({ object }) => [`kubectl describe ${named(object)}`, `kubectl logs ${named(object)} --tail=100`];
const service: Commands = ({ object }) => [
  `kubectl get endpointslices${at(object)}`,
  `kubectl get pods${at(object)} --show-labels`,
  `kubectl edit ${named(object)}`,
];
const restart: Commands = ({ object }) => [
  `kubectl logs ${named(object)} --previous --tail=100`,
  `kubectl rollout restart ${named(object)}   # buys time`,
];

const typed: Partial<Record<FaultClass, Commands>> = {
  "image-not-found": setImage,
  "image-ref-or-pull-policy-wrong": setImage,
  "image-wrong-architecture": setImage,
  "image-pull-unauthorized": pullSecret,
  "command-not-found": edit,
  "readiness-probe-wrong": edit,
  "liveness-probe-wrong": edit,
  "security-context-conflict": edit,
  "env-var-missing-or-wrong": setEnv,
  "configmap-missing": configMap,
  "config-key-missing": configMap,
  "oom-limit-too-low": memory,
  "oom-memory-leak": (cause) => [...history(cause), ...restart(cause)],
  "app-crash": (cause) => [...restart(cause).slice(0, 1), ...history(cause)],
  "app-hang": restart,
  "app-not-ready": history,
  "rollout-stuck": history,
  "quota-exceeded": quota,
  "quota-requires-resources": quota,
  "limit-range-violated": quota,
  "storage-class-missing": claims,
  "pvc-missing": claims,
  "pvc-no-class-or-volume": claims,
  "request-exceeds-largest-node": (cause) => [...nodes(cause), ...edit(cause)],
  "insufficient-cpu-or-memory": nodes,
  "node-selector-unmatched": (cause) => [...nodes(cause), ...edit(cause)],
  "taint-untolerated": nodes,
  "job-backoff-limit": job,
  "job-deadline-exceeded": job,
  "service-selector-unmatched": service,
  "service-target-port-wrong": service,
};

const commandsFor = (cause: Cause): string[] => [
  ...new Set([...inspect(cause).slice(0, 1), ...(typed[cause.class] ?? inspect)(cause)]),
];
