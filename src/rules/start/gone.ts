import type { Finding } from "../../incident/diagnosis.ts";
import type { Evidence } from "../../incident/evidence.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { named, quote } from "../finding.ts";
import type { Lack } from "../logs/missing.ts";
import { uncaughtIn } from "../logs/uncaught.ts";
import { linesOf } from "../world/log-text.ts";
import type { World } from "../world/world.ts";
import { flat } from "./crash-verdict.ts";

const ofOwner: Record<string, RegExp> = {
  Deployment: /^-[a-z0-9]{5,10}-[a-z0-9]{5}$/,
  StatefulSet: /^-\d+$/,
  DaemonSet: /^-[a-z0-9]{5}$/,
};

/** Whose pod this was, read off its name as far as its owner still stands. */
const ownerOf = (world: World, namespace: string, pod: string): ObjectRef => {
  const owner = world.workloads.find(
    ({ kind, metadata }) =>
      metadata.namespace === namespace &&
      pod.startsWith(metadata.name) &&
      ofOwner[kind]?.test(pod.slice(metadata.name.length)),
  );
  return owner ? { kind: owner.kind, namespace, name: owner.metadata.name } : { kind: "Pod", namespace, name: pod };
};

/** Whoever may have made a pod of this name: an alert's owner is read off it in the same way. */
const likelyOwners = (namespace: string, pod: string): ObjectRef[] => {
  const base = (suffix: RegExp): string | null => (suffix.test(pod) ? pod.replace(suffix, "") : null);
  return Object.entries({ ...ofOwner, Job: /-[a-z0-9]{5}$/ }).flatMap(([kind, suffix]) => {
    const name = base(new RegExp(suffix.source.replace("^", "")));
    return name ? [{ kind, namespace, name }] : [];
  });
};

/** Refused to an account of another namespace, or to another than the owner's pods have: then it tells of others. */
const isOthers = (world: World, owner: ObjectRef, lack: Lack | null): boolean => {
  const account = lack?.kind === "rights" ? /system:serviceaccount:([^"\\]+)/.exec(lack.name)?.[1] : undefined;
  if (account === undefined) return false;
  const workload = world.workload(owner);
  const own = workload ? (workload.spec.template.spec.serviceAccountName ?? "default") : account.split(":")[1];
  return account !== `${owner.namespace}:${own}`;
};

const classOf = (lack: Lack | null): FaultClass => {
  if (lack?.kind === "variable") return "env-var-missing-or-wrong";
  return (lack && flat[lack.kind]?.class) ?? "app-crash";
};

/** How many lines may follow the error of which a process ended. */
const near = 12;

const lastWordsOf = (world: World, { id, answer }: Evidence): Finding[] => {
  if (answer.kind !== "found" || answer.body.kind !== "log" || answer.body.from === undefined) return [];
  const { namespace, pod, container, text, from } = answer.body;
  if (world.find("Pod", namespace, pod) !== null) return [];
  const object = ownerOf(world, namespace, pod);
  const hasOwner = object.kind !== "Pod";
  // Where others of its kind live, they tell how it is now.
  if (hasOwner && world.podsOf(object).length > 0) return [];
  const lines = linesOf(text);
  const error = uncaughtIn(lines);
  if (error === null) return [];
  const isEnd = lines.slice(-near).some((line) => line.includes(error.line));
  const whose = container === "" ? "" : ` of its container ${container}`;
  return [
    {
      class: classOf(isOthers(world, object, error.lack) ? null : error.lack),
      object,
      statement: `${named(object)}${hasOwner ? `: its pod ${pod}` : ""} is gone; ${isEnd ? "the last words" : "the last error"}${whose} that ${from} kept ${isEnd ? "are" : "is"} ${quote(error.line)}.`,
      evidence: [id],
      // Of an owner that still stands it is its own state that counts; an error in the midst of a log may have been survived.
      confidence: isEnd && error.by !== "log" && !hasOwner && !error.survived ? 0.86 : 0.7,
      disproof: "the pod was deleted while it worked, and ended for that reason only",
      related: hasOwner ? [] : likelyOwners(namespace, pod),
      wants: [],
    },
  ];
};

/** Of a pod that is gone nothing can be looked at any more but what was kept of its log. */
export const goneCrashes = (world: World): Finding[] =>
  world.evidence.filter(({ question }) => question.ask === "kept-logs").flatMap((one) => lastWordsOf(world, one));
