import type { ContainerStatus, Pod } from "../../incident/kube.ts";
import type { Shelf } from "./shelf.ts";
import { badRequest, notFound, type Reply } from "./status.ts";
import { logKey, type World } from "./world.ts";

const plain = (text: string): Reply => ({ code: 200, body: text, type: "text/plain" });

const waitingText = (container: string, pod: string, reason: string): string => {
  const why = /ImagePull/.test(reason) ? "trying and failing to pull image" : reason;
  return `container "${container}" in pod "${pod}" is waiting to start: ${why}`;
};

/** Why the kubelet has no log to give, in its words; null when an empty log is the honest answer. */
const whyNone = (pod: Pod, container: string, status: ContainerStatus | undefined, previous: boolean): Reply | null => {
  const name = pod.metadata.name;
  if (previous) return badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const reason = status?.state?.waiting?.reason;
  if (reason && reason !== "CrashLoopBackOff") return badRequest(waitingText(container, name, reason));
  return null;
};

const lastLines = (text: string, lines: string | null): string => {
  if (lines === null) return text;
  const all = text.split("\n");
  const ended = all.at(-1) === "" ? all.slice(0, -1) : all;
  const kept = ended.slice(Math.max(0, ended.length - Number(lines)));
  return kept.map((line) => `${line}\n`).join("");
};

const withoutTimes = (text: string): string => text.replace(/^\d{4}-\S+Z /gm, "");

// As the kubelet does it: the byte limit counts from the first line that was asked for, and may cut a character.
const firstBytes = (text: string, bytes: string | null): string =>
  bytes === null ? text : Buffer.from(text).subarray(0, Number(bytes)).toString();

const choose = (pod: Pod, asked: string | null): { container: string } | Reply => {
  const names = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
  const container = asked ?? (names.length === 1 ? names[0] : undefined);
  if (container === undefined) {
    return badRequest(
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(" ")}]`,
    );
  }
  return names.includes(container)
    ? { container }
    : badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
};

export const readLog = (
  shelf: Shelf,
  logs: World["logs"],
  namespace: string,
  name: string,
  query: URLSearchParams,
): Reply => {
  const pod = shelf.get("Pod", namespace, name) as Pod | null;
  if (pod === null) return notFound("pods", "", name);
  const choice = choose(pod, query.get("container"));
  if ("code" in choice) return choice;
  const previous = query.get("previous") === "true";
  const text = logs.get(logKey(namespace, name, choice.container, previous));
  if (text === undefined) {
    const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
    const status = statuses.find((other) => other.name === choice.container);
    return whyNone(pod, choice.container, status, previous) ?? plain("");
  }
  const tail = lastLines(text, query.get("tailLines"));
  return plain(firstBytes(query.get("timestamps") === "true" ? tail : withoutTimes(tail), query.get("limitBytes")));
};
