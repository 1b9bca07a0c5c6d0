import type { Finding } from "../../incident/diagnosis.ts";
import type { Evidence } from "../../incident/evidence.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { named, quote } from "../finding.ts";
import { uncaughtIn } from "../logs/uncaught.ts";
import { linesOf } from "../world/log-text.ts";
import type { World } from "../world/world.ts";

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

const lastWordsOf = (world: World, { id, answer }: Evidence): Finding[] => {
  if (answer.kind !== "found" || answer.body.kind !== "log" || answer.body.from === undefined) return [];
  const { namespace, pod, container, text, from } = answer.body;
  if (world.find("Pod", namespace, pod) !== null) return [];
  const object = ownerOf(world, namespace, pod);
  // Where others of its kind live, they tell how it is now.
  if (object.kind !== "Pod" && world.podsOf(object).length > 0) return [];
  const error = uncaughtIn(linesOf(text));
  if (error === null) return [];
  const whose = container === "" ? "" : ` of its container ${container}`;
  return [
    {
      class: "app-crash",
      object,
      statement: `${named(object)}: pod ${pod} is gone; the last error${whose} that ${from} kept is ${quote(error.line)}.`,
      evidence: [id],
      confidence: 0.7,
      disproof: "the pod was deleted while it worked, and ended for that reason only",
      related: [],
      wants: [],
    },
  ];
};

/** Of a pod that is gone nothing can be looked at any more but what was kept of its log. */
export const goneCrashes = (world: World): Finding[] =>
  world.evidence.filter(({ question }) => question.ask === "kept-logs").flatMap((one) => lastWordsOf(world, one));
