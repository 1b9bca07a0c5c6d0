import type { Cause, Diagnosis } from "../incident/diagnosis.ts";
import { type Evidence, keptLogs } from "../incident/evidence.ts";
import { type FaultClass, faultClasses } from "../incident/fault-classes.ts";
import { isUnread, type ObjectRef } from "../incident/subject.ts";
import { objectsSeen } from "./seen.ts";

/** What a person should do, in a few lines with commands to type; `refused` says why no change is proposed. */
export const recommend = (diagnosis: Diagnosis, refused = "", evidence: readonly Evidence[] = []): string => {
  if (diagnosis.kind === "unknown") return recommendLooking(diagnosis);
  const remedy = possible(faultClasses[diagnosis.class].remedy, refused);
  const commands = (isGonePod(diagnosis, evidence) ? ofGone(diagnosis, evidence) : commandsFor(diagnosis)).filter(
    (one) => !(sole.test(refused) && / rollout (undo|history) /.test(one)),
  );
  return [`${remedy[0]?.toUpperCase()}${remedy.slice(1)}.`, ...fenced(commands)].join("\n");
};

/** The cause is read off what a store kept of its log, and no list of pods has it. */
const isGonePod = ({ object, evidence: cited }: Cause, evidence: readonly Evidence[]): boolean =>
  object.kind === "Pod" &&
  keptLogs(evidence).some(({ id }) => cited.includes(id)) &&
  !objectsSeen(evidence, "Pod").some(
    ({ metadata }) => metadata.name === object.name && metadata.namespace === object.namespace,
  );

/** The kubelet has nothing of it any more: its log is in the store, and its end in the events while those are kept. */
const ofGone = ({ object, evidence: cited }: Cause, evidence: readonly Evidence[]): string[] => [
  ...keptLogs(evidence).flatMap(({ id, command }) => (cited.includes(id) ? [command] : [])),
  eventsOf(object),
];

/** Where there is nothing to undo to, what else there is. */
const possible = (remedy: string, refused: string): string =>
  sole.test(refused)
    ? remedy.replace(/^undo(?: rollout to the last ready revision)?(?:; otherwise|, or| or) /, "")
    : remedy;

const sole = /is the only one, there is nothing to undo to/;

const recommendLooking = ({ missing, candidates }: Extract<Diagnosis, { kind: "unknown" }>): string =>
  [
    "Find out what is missing:",
    ...missing.map((gap) => `- ${gap}`),
    ...candidates.map(({ class: name, statement }) => `- it may be ${name}: ${statement}`),
  ].join("\n");

const fenced = (commands: readonly string[]): string[] => ["```", ...commands, "```"];

const at = ({ namespace }: ObjectRef): string => (namespace === null ? "" : ` -n ${namespace}`);
const named = (ref: ObjectRef): string => `${ref.kind.toLowerCase()}/${ref.name}${at(ref)}`;

type Commands = (cause: Pick<Cause, "object"> & Partial<Pick<Cause, "related">>) => string[];

const eventsOf = ({ kind, namespace, name }: ObjectRef): string => {
  const place = kind === "Namespace" ? ` -n ${name}` : namespace === null ? " -A" : ` -n ${namespace}`;
  return `kubectl get events${place} --sort-by=.lastTimestamp`;
};
const inspect: Commands = ({ object }) => [
  object.kind === "Cluster" || isUnread(object) ? "kubectl get nodes" : `kubectl describe ${named(object)}`,
  eventsOf(object),
];
const rolls = ({ kind }: ObjectRef): boolean => /^(Deployment|StatefulSet|DaemonSet)$/.test(kind);
/** Each command only for the kinds that kubectl takes it for. */
const status = (ref: ObjectRef): string[] => (rolls(ref) ? [`kubectl rollout status ${named(ref)}`] : []);
// The template of a Job and of most of a pod cannot be changed in place.
const anew = (ref: ObjectRef): string[] => [
  `kubectl get ${named(ref)} -o yaml > ${ref.name}.yaml   # correct it there${ref.kind === "Job" ? ", and drop spec.selector and the labels with controller-uid" : ""}`,
  `kubectl replace --force -f ${ref.name}.yaml   # deletes it and creates it anew`,
];
const fixed = ({ kind }: ObjectRef): boolean => /^(Job|Pod)$/.test(kind);
/** `kubectl set` takes what has a template that may change. */
const settable = (ref: ObjectRef): boolean => rolls(ref) || ref.kind === "CronJob";
const logs = (ref: ObjectRef, more: string): string[] => {
  if (rolls(ref) || ref.kind === "Pod" || ref.kind === "Job") return [`kubectl logs ${named(ref)} ${more}`];
  return ref.kind === "CronJob"
    ? [
        `kubectl get jobs${at(ref)} --sort-by=.metadata.creationTimestamp   # the last one is the newest run`,
        `kubectl logs job/RUN${at(ref)} ${more}`,
      ]
    : [];
};

const history: Commands = ({ object }) =>
  rolls(object)
    ? [
        `kubectl rollout history ${named(object)}`,
        `kubectl rollout undo ${named(object)}   # if an older revision was healthy`,
      ]
    : [];
const setImage: Commands = ({ object }) =>
  settable(object) || object.kind === "Pod"
    ? [`kubectl set image ${named(object)} CONTAINER=IMAGE:TAG`, ...status(object)]
    : edit({ object });
const edit: Commands = ({ object }) =>
  fixed(object) ? anew(object) : [`kubectl edit ${named(object)}`, ...status(object)];
const setEnv: Commands = ({ object }) =>
  settable(object) ? [`kubectl set env ${named(object)} NAME=VALUE`, ...history({ object })] : edit({ object });
const configMap: Commands = ({ object }) => [
  `kubectl get configmap${at(object)}`,
  `kubectl create configmap NAME${at(object)} --from-file=PATH   # or restore it from Git`,
];
const pullSecret: Commands = ({ object }) => [
  `kubectl create secret docker-registry NAME${at(object)} --docker-server=HOST --docker-username=USER --docker-password=...`,
  ...(fixed(object) ? anew(object) : [`kubectl edit ${named(object)}   # imagePullSecrets`]),
];
const memory: Commands = ({ object }) =>
  settable(object) ? [`kubectl set resources ${named(object)} -c CONTAINER --limits=memory=VALUE`] : edit({ object });
const claims: Commands = ({ object }) => [
  "kubectl get storageclass",
  `kubectl get pvc${at(object)}`,
  `kubectl describe pvc${at(object)}`,
];
const quota: Commands = ({ object }) => [`kubectl describe resourcequota,limitrange${at(object)}`];
const nodes: Commands = () => ["kubectl get nodes -o wide --show-labels", "kubectl describe nodes"];
const job: Commands = ({ object }) => [`kubectl describe ${named(object)}`, ...logs(object, "--tail=100")];
const service: Commands = ({ object }) => [
  `kubectl get endpointslices${at(object)}`,
  `kubectl get pods${at(object)} --show-labels`,
  ...edit({ object }),
];
const restart: Commands = ({ object }) => [
  ...logs(object, /Job$/.test(object.kind) ? "--tail=100" : "--previous --tail=100"),
  ...(rolls(object) ? [`kubectl rollout restart ${named(object)}   # buys time`] : []),
];

/** The sick one is the other: what it is, and its last words. */
const dependency: Commands = ({ object, related = [] }) => {
  const others = related.filter((one) => rolls(one) || one.kind === "Service");
  return others.length === 0
    ? inspect({ object })
    : [
        ...others.slice(0, 3).map((one) => `kubectl describe ${named(one)}`),
        ...others.slice(0, 3).flatMap((one) => logs(one, "--all-containers --tail=100")),
      ];
};

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
  "app-crash": (cause) => [...restart(cause).filter((one) => !/ rollout /.test(one)), ...history(cause)],
  "dependency-unavailable": dependency,
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
