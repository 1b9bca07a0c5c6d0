import type { Kind } from "../../incident/kinds.ts";
import type { Question } from "../../incident/question.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { containersOf, livePods, unreadLog } from "../world/containers.ts";
import { keyOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const mostPods = 2;
const mostLogs = 4;
const tail = 200;

/** The logs of a dependency that is down, as far as nobody read them: its own last words are nearer to the cause than its caller's. */
export const peerLogs = (world: World, workloads: readonly ObjectRef[]): Question[] => {
  const keys = new Set(workloads.map(keyOf));
  const sick = livePods(world)
    .filter((pod) => keys.has(keyOf(world.rootOf(pod))))
    .map(containersOf)
    .map((containers) =>
      containers.filter(({ init, status }) => !status.ready && !(init && status.state?.terminated?.exitCode === 0)),
    )
    .filter((containers) => containers.length > 0);
  return sick
    .slice(0, mostPods)
    .flatMap((containers) => containers.flatMap((one) => unreadLog(world, one)))
    .slice(0, mostLogs)
    .map((question) => (question.ask === "logs" ? { ...question, lines: tail } : question));
};

const there: readonly Kind[] = ["Service", "EndpointSlice", "Deployment", "StatefulSet", "ReplicaSet", "Pod", "Event"];

/** What shows whether a Service of another namespace is there and answers. Logs of other teams are for people to open. */
export const elsewhere = (world: World, namespace: string): Question[] => {
  const asked = (ask: "get" | "list", kind: Kind): boolean =>
    world.evidence.some(
      ({ question }) =>
        question.ask === ask &&
        question.kind === kind &&
        (question.ask === "get" ? question.name : question.ask === "list" ? question.namespace : null) === namespace,
    );
  // The second part of a name may be no namespace at all but a domain of the outside.
  if (!asked("get", "Namespace")) return [{ ask: "get", kind: "Namespace", namespace: null, name: namespace }];
  return asked("list", "Service") ? [] : there.map((kind) => ({ ask: "list", kind, namespace, selector: null }));
};

/** There is no such namespace: that was asked, and answered. */
export const isNoNamespace = (world: World, namespace: string): boolean =>
  world.evidence.some(
    ({ question, answer }) =>
      question.ask === "get" &&
      question.kind === "Namespace" &&
      question.name === namespace &&
      answer.kind === "no-data",
  );
