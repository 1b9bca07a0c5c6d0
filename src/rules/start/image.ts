import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { KubeEvent } from "../../incident/kube.ts";
import { found, named, quote } from "../finding.ts";
import { eventsOfContainer, liveContainers, type Running, waitingReason } from "../world/containers.ts";
import { eventText } from "../world/events.ts";
import { earlierTemplates } from "../world/revisions.ts";
import type { World } from "../world/world.ts";

const pullReasons = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed"]);

interface Sort {
  class: FaultClass;
  words: string;
  disproof: string;
}

// The order decides: a refused connection while fetching a token speaks of "authorize" too, and most texts end in "not found".
const sorts: readonly (readonly [RegExp, Sort])[] = [
  [
    /no match for platform in manifest|no matching manifest|does not match the specified platform/i,
    {
      class: "image-wrong-architecture",
      words: "has no build for the node's processor",
      disproof: "the image lists the node's architecture in its manifest",
    },
  ],
  [
    /toomanyrequests|429 Too Many|rate limit/i,
    {
      class: "image-pull-rate-limited",
      words: "is refused by the registry's rate limit",
      disproof: "other images of the same registry are pulled without a 429 now",
    },
  ],
  [
    /failed to do request|dial tcp|no such host|x509:|i\/o timeout|TLS handshake|context deadline exceeded|connection (refused|reset)|server misbehaving|50[0234] |: EOF$|RegistryUnavailable/i,
    {
      class: "image-registry-unreachable",
      words: "cannot be pulled because its registry does not answer",
      disproof: "another image of the same registry is pulled on the same node now",
    },
  ],
  [
    /unauthorized|\b40[13]\b|pull access denied|authorization failed|no basic auth|access forbidden|authentication required|denied:/i,
    {
      class: "image-pull-unauthorized",
      words: "is refused by its registry: the pull secret is missing, wrong or expired",
      disproof: "the same pull with the workload's pull secret succeeds by hand",
    },
  ],
  [
    /not found|manifest unknown|NotFound|name unknown|does not exist/i,
    {
      class: "image-not-found",
      words: "does not exist in its registry",
      disproof: "the registry lists exactly this tag",
    },
  ],
];

const pullEvent = (world: World, running: Running): KubeEvent | null =>
  eventsOfContainer(world, running).find(
    (event) => event.reason === "Failed" && /Failed to pull image/.test(eventText(event)),
  ) ?? null;

const repository = (image: string): string => image.replace(/@.*$/, "").replace(/:[^:/]+$/, "");

// Docker Hub answers "pull access denied" for a name that nobody ever had, too. Its official images are never private.
const isOfficial = (image: string): boolean => /^((index\.)?docker\.io\/)?(library\/)?[^/.:]+$/.test(repository(image));

const isTypo = (world: World, running: Running, text: string): boolean => {
  const { pod, spec, name } = running;
  const image = spec?.image ?? "";
  if (!/repository does not exist/.test(text) || (pod.spec.imagePullSecrets ?? []).length > 0) return false;
  const earlier = earlierTemplates(world, world.rootOf(pod), pod)
    .map(({ spec: { containers } }) => containers.find((one) => one.name === name)?.image)
    .filter((one) => one !== undefined && one !== image);
  return (
    isOfficial(image) || (earlier.length > 0 && earlier.every((one) => repository(one ?? "") !== repository(image)))
  );
};

const sortOf = (world: World, running: Running, text: string): Sort | null => {
  const sort = sorts.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  const typo = sort?.class === "image-pull-unauthorized" && isTypo(world, running, text);
  return typo ? (sorts.at(-1)?.[1] ?? null) : sort;
};

const pull = (world: World, running: Running): Finding[] => {
  const { pod, name, spec, status } = running;
  const event = pullEvent(world, running);
  const message = status.state?.waiting?.message ?? "";
  // The names in the text are the tenant's: an image called "unauthorized" must not decide.
  const image = spec?.image ?? status.image ?? "";
  const source =
    message.includes(": ") && message.length > image.length + 40 ? message : eventText(event ?? ({} as KubeEvent));
  const text = image ? source.replaceAll(image, "IMAGE") : source;
  const object = world.rootOf(pod);
  const node = pod.spec.nodeName;
  if (node && /no space left on device/i.test(text))
    return found(world, {
      class: "node-pressure",
      object: { kind: "Node", namespace: null, name: node },
      statement: `${named(object)}: image ${quote(image)} cannot be unpacked because the disk of node ${node} is full. The kubelet says: ${quote(source)}.`,
      because: [pod, source === message ? null : event],
      confidence: 0.9,
      disproof: `the disk of node ${node} that holds images has room`,
      related: [object],
    });
  const sort = sortOf(world, running, text);
  if (!sort) return [];
  return found(world, {
    class: sort.class,
    object,
    statement: `${named(object)}: container ${name} cannot start because image ${quote(image)} ${sort.words}. The kubelet says: ${quote(source.replace(/^.*?ErrImagePull: /, ""))}.`,
    because: [pod, source === message ? null : event],
    confidence: 0.96,
    disproof: sort.disproof,
  });
};

const badReference = (world: World, running: Running): Finding[] => {
  const { pod, name, spec, status } = running;
  const reason = waitingReason(running);
  if (reason !== "InvalidImageName" && reason !== "ErrImageNeverPull") return [];
  const object = world.rootOf(pod);
  const why =
    reason === "InvalidImageName" ? "is not a valid image name" : "is not on the node and its pull policy is Never";
  return found(world, {
    class: "image-ref-or-pull-policy-wrong",
    object,
    statement: `${named(object)}: container ${name} cannot start because image ${quote(spec?.image ?? status.image ?? "")} ${why}.`,
    because: [pod],
    confidence: 0.96,
    disproof: "the kubelet pulls or finds this image by exactly this name",
  });
};

/** Images that cannot be had, sorted by what the registry or the kubelet answered. */
export const images = (world: World): Finding[] =>
  liveContainers(world).flatMap((running) =>
    pullReasons.has(waitingReason(running)) ? pull(world, running) : badReference(world, running),
  );
