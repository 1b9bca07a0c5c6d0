import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { KubeEvent, KubeObject, Pod } from "../../incident/kube.ts";
import { found, named, quote } from "../finding.ts";
import { containersOf, livePods, type Running, waitingReason } from "../world/containers.ts";
import { eventText } from "../world/events.ts";
import type { World } from "../world/world.ts";

interface Missing {
  class: FaultClass;
  what: string;
  configMap?: string;
  /** The object that is missing or lacks a key, where the text names it. */
  source?: { kind: "ConfigMap" | "Secret"; name: string };
}

const sourceOf = (kind: string, name: string): NonNullable<Missing["source"]> => ({
  kind: kind.toLowerCase() === "secret" ? "Secret" : "ConfigMap",
  name: name.replace(/^[^/]*\//, ""),
});

/** What the kubelet's text says is missing; null when it speaks of something else. */
export const missingIn = (text: string): Missing | null => {
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) (\S+)/i.exec(text);
  if (key) {
    const [, entry = "", kind = "", name = ""] = key;
    return {
      class: "config-key-missing",
      what: `key ${entry} is not in ${kind} ${name}`,
      source: sourceOf(kind, name),
    };
  }
  const item = /references non-existent (config|secret) key: (\S+)/.exec(text);
  if (item)
    return {
      class: "config-key-missing",
      what: `key ${item[2]} is not in the ${item[1] === "config" ? "ConfigMap" : "Secret"}`,
    };
  const object = /\b(configmap|secret) "([^"]+)" not found/i.exec(text);
  if (!object) return null;
  const [, kind = "", name = ""] = object;
  const source = sourceOf(kind, name);
  return source.kind === "Secret"
    ? { class: "secret-missing", what: `Secret ${name} does not exist`, source }
    : { class: "configmap-missing", what: `ConfigMap ${name} does not exist`, configMap: name, source };
};

const why = (world: World, pod: Pod, missing: Missing, text: string, container: string, because: KubeObject[]) => {
  const object = world.rootOf(pod);
  const namespace = pod.metadata.namespace ?? "";
  const existsNow = missing.configMap !== undefined && world.configMapNames(namespace)?.has(missing.configMap) === true;
  return found(world, {
    class: missing.class,
    object,
    statement: `${named(object)}: ${container} cannot start because ${missing.what}${existsNow ? " (it exists by now; the kubelet has not tried again yet)" : ""}. The kubelet says: ${quote(text)}.`,
    because,
    confidence: existsNow ? 0.6 : 0.97,
    disproof: `${missing.what.replace("does not exist", "exists").replace("is not in", "is in")}, and the container still waits`,
    related: missing.source ? [{ ...missing.source, namespace }] : [],
  });
};

const securityContext = (world: World, { pod, name }: Running, text: string): Finding[] => {
  const object = world.rootOf(pod);
  return found(world, {
    class: "security-context-conflict",
    object,
    statement: `${named(object)}: container ${name} is not started because its security context forbids the image's user. The kubelet says: ${quote(text.replace(/ \(pod: .*$/, ""))}.`,
    because: [pod],
    confidence: 0.96,
    disproof: "the image's user is a number other than 0",
  });
};

const unprepared = /^failed to (?:prepare|create) subPath (?:for|directory for) volumeMount /;

const notMounted = (world: World, { pod, name }: Running, text: string, words: string): Finding[] => {
  const object = world.rootOf(pod);
  return found(world, {
    class: "volume-mount-failed",
    object,
    statement: `${named(object)}: container ${name} cannot start because ${words}. The kubelet says: ${quote(text)}.`,
    because: [pod],
    confidence: 0.88,
    disproof: "the same volume mounts at this path in another pod",
  });
};

const fromContainer = (world: World, running: Running): Finding[] => {
  const reason = waitingReason(running);
  if (reason !== "CreateContainerConfigError" && reason !== "CreateContainerError") return [];
  const text = running.status.state?.waiting?.message ?? "";
  const missing = missingIn(text);
  if (missing) return why(world, running.pod, missing, text, `container ${running.name}`, [running.pod]);
  if (unprepared.test(text))
    return notMounted(world, running, text, "a path that it mounts of a volume cannot be made");
  return /runAsNonRoot|non-numeric user|runAsUser/.test(text) ? securityContext(world, running, text) : [];
};

/** A place where an image has a folder: a file of the volume cannot be mounted over it. */
const folder =
  /^\/(?:bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|root|run|sbin|srv|sys|tmp|usr|var)(?:\/(?:bin|lib|local|log|share|run|tmp))*$/;
/** Like the file it mounts, or with an ending: surely meant as a file. */
const isFile = (path: string, subPath = ""): boolean =>
  path.split("/").at(-1) === subPath.split("/").at(-1) || /[^/]\.(?!d$)[A-Za-z0-9]+$/.test(path);

/** Of a whole volume, or of a path of the node. */
const kindFault = /error mounting "(?![^"]*volume-subpaths)[^"]*" to rootfs at "([^"]+)".*not a directory/s;

const subPathFault = /error mounting "[^"]*volume-subpaths[^"]*" to rootfs at "([^"]+)".*not a directory/s;

/**
 * One of the two is a file and the other a folder. Where a file is meant, the volume has none of that name, and the kubelet
 * made a folder of it; over a folder of the image, the file of the volume cannot be mounted. Its keys are not ours to read.
 */
const fromSubPath = (world: World, running: Running): Finding[] => {
  const { pod, name, spec, status } = running;
  const texts = [status.state, status.lastState].flatMap((state) => [
    state?.waiting?.message,
    state?.terminated?.message,
  ]);
  const whole = texts.find((text) => kindFault.test(text ?? ""));
  if (whole && !status.state?.running) {
    const at = kindFault.exec(whole)?.[1];
    return notMounted(
      world,
      running,
      whole,
      `what it mounts at ${at} is a file and that a folder, or the other way about`,
    );
  }
  const path = texts.map((text) => subPathFault.exec(text ?? "")?.[1]).find((one) => one !== undefined);
  const mount = spec?.volumeMounts?.find(({ mountPath }) => mountPath === path);
  const volume = pod.spec.volumes?.find((one) => one.name === mount?.name);
  const source = volume?.configMap
    ? `ConfigMap ${volume.configMap.name}`
    : volume?.secret
      ? `Secret ${volume.secret.secretName}`
      : null;
  const object = world.rootOf(pod);
  if (path && mount && source && !isFile(path, mount.subPath))
    return found(world, {
      class: "volume-mount-failed",
      object,
      statement: `${named(object)}: container ${name} cannot start because ${mount.subPath} of ${source} cannot be mounted at ${path}: one of them is a file and the other a folder.`,
      because: [pod],
      confidence: folder.test(path) ? 0.88 : 0.8,
      disproof: `${path} is a file in the image`,
    });
  return path && mount && source
    ? found(world, {
        class: "config-key-missing",
        object,
        statement: `${named(object)}: container ${name} cannot start because key ${mount.subPath} is not in ${source}, from which it mounts ${path}.`,
        because: [pod],
        confidence: 0.9,
        disproof: `${source} has the key ${mount.subPath}`,
      })
    : [];
};

const mountTrouble = (event: KubeEvent): boolean =>
  event.reason === "FailedMount" && missingIn(eventText(event)) !== null;

const fromMount = (world: World, pod: Pod): Finding[] => {
  const waits = pod.status?.phase === "Pending" && pod.spec.nodeName !== undefined;
  const event = waits ? world.eventsOf(pod).find(mountTrouble) : undefined;
  const missing = event && missingIn(eventText(event));
  return event && missing ? why(world, pod, missing, eventText(event), "the pod", [event, pod]) : [];
};

/** ConfigMaps, Secrets and their keys that are referenced and not there, and users that are forbidden. */
export const config = (world: World): Finding[] =>
  livePods(world).flatMap((pod) => [
    ...containersOf(pod).flatMap((running) => [...fromContainer(world, running), ...fromSubPath(world, running)]),
    ...fromMount(world, pod),
  ]);
