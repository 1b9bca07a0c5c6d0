import type { Finding } from "../../incident/diagnosis.ts";
import type { KubeObject } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { named, quote } from "../finding.ts";
import { eventText } from "../world/events.ts";
import { keyOf, refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

/** A sentence added to a diagnosis, with the evidence it rests on. */
export interface Remark {
  readonly words: string;
  readonly evidence: readonly string[];
}

const sayso =
  /(?:ignore|disregard|forget)\s+(?:all\s+|any\s+|the\s+|your\s+)*(?:previous|prior|above|earlier)\s+(?:instructions|rules|prompts?)|\b(?:you are|act as) an? (?:AI|LLM|SRE|language|assistant|helpful|agent)\b|\b(?:AI|LLM) (?:assistant|agent|model)s?\b.{0,40}\b(?:must|should|please|ignore|run|delete|scale|approve)\b|<\|?(?:system|im_start)\|?>|\bsystem prompt\b/i;
/** As a chat names who speaks: in capitals, at the start. A "file system: ok" is no such thing. */
const speaker = /^(?:\d[\dT:.+Z-]*\s+)*\W*SYSTEM(?: MESSAGE)?:\s/;

const longest = 2000;

const lineIn = (text: string): string | null => {
  for (const line of text.split("\n"))
    if (sayso.test(line.slice(0, longest)) || speaker.test(line)) return line.slice(0, longest);
  return null;
};

const annotationsOf = ({ metadata }: KubeObject): string[] => Object.values(metadata.annotations ?? {});

/** Text around the subject that speaks to an assistant: it is told to people and obeyed by nobody. */
export const injected = (world: World, subject: ObjectRef): Remark | null => {
  const pods = world.podsOf(subject).slice(0, 20);
  const workload = world.workload(subject);
  const objects = [...(workload ? [workload] : []), ...pods];
  const logs = pods.flatMap((pod) =>
    pod.spec.containers.flatMap(({ name }) => [world.log(pod, name, false), world.log(pod, name, true)]),
  );
  const places = [
    ...objects.map((thing) => ({
      thing,
      texts: annotationsOf(thing),
      where: `an annotation of ${named(refOf(thing))}`,
    })),
    ...objects.flatMap((one) =>
      world
        .eventsOf(one)
        .slice(0, 50)
        .map((thing) => ({ thing, texts: [eventText(thing)], where: "an event" })),
    ),
    ...logs.flatMap((thing) =>
      thing ? [{ thing, texts: [...thing.lines.slice(-200)], where: `the log of container ${thing.container}` }] : [],
    ),
  ];
  for (const { thing, texts, where } of places) {
    const line = texts.map(lineIn).find((one) => one !== null);
    if (line)
      return {
        words: `Text in ${where} addresses an assistant and was taken as data, not followed: ${quote(line, 160)}.`,
        evidence: world.cite(thing),
      };
  }
  return null;
};

/** An alert on the victim: said, so that nobody looks in the wrong place. */
export const misdirected = (
  finding: Finding,
  subject: ObjectRef,
  alerts: readonly { name: string }[],
  between: readonly ObjectRef[] = [],
): Remark | null => {
  const [alert] = alerts;
  const way =
    between.length > 0 ? `, by way of ${between.map(({ kind, name }) => `${kind}/${name}`).join(" and ")}` : "";
  const elsewhere = keyOf(finding.object) !== keyOf(subject) && !/^(Namespace|Cluster)$/.test(subject.kind);
  return alert && elsewhere
    ? { words: `${alert.name} was raised for ${named(subject)}, which only suffers from it${way}.`, evidence: [] }
    : null;
};

const gitOps = ({ metadata: { labels = {}, annotations = {} } }: KubeObject): string | null => {
  const argo = annotations["argocd.argoproj.io/tracking-id"] ?? labels["argocd.argoproj.io/instance"];
  if (argo) return `Argo CD (${argo.split(":")[0]})`;
  const kustomization = labels["kustomize.toolkit.fluxcd.io/name"];
  if (kustomization) return `Flux (kustomization ${kustomization})`;
  const release = labels["helm.toolkit.fluxcd.io/name"];
  if (release) return `Flux (Helm release ${release})`;
  return null;
};

const owner = ({ metadata }: KubeObject): string | null => {
  const above = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return above ? `its owner ${above.kind} ${above.name}` : null;
};

const scaler = (world: World, object: ObjectRef): KubeObject | null =>
  world
    .list("HorizontalPodAutoscaler")
    .find(
      ({ metadata, spec }) =>
        metadata.namespace === object.namespace &&
        spec.scaleTargetRef.kind === object.kind &&
        spec.scaleTargetRef.name === object.name,
    ) ?? null;

const ownKinds = ["Deployment", "StatefulSet", "DaemonSet", "Service", "CronJob", "Ingress"] as const;

/** Who writes the object again after a person has: without that knowledge a repair lasts for minutes. */
export const putBack = (world: World, { object, class: name }: Finding): Remark | null => {
  const kind = ownKinds.find((one) => one === object.kind);
  const thing = kind ? world.find(kind, object.namespace, object.name) : null;
  if (!thing) return null;
  const keeper = gitOps(thing) ?? owner(thing);
  if (keeper)
    return {
      words: `It is kept by ${keeper}, which puts back what is changed in the cluster.`,
      evidence: world.cite(thing),
    };
  const helm = thing.metadata.annotations?.["meta.helm.sh/release-name"];
  if (helm)
    return {
      words: `It belongs to the Helm release ${helm}: its next upgrade puts back what is changed in the cluster.`,
      evidence: world.cite(thing),
    };
  const hpa = scaler(world, object);
  return hpa && /^(scaled-to-zero|hpa-|quota-exceeded)/.test(name)
    ? { words: `The autoscaler ${hpa.metadata.name} sets its replicas.`, evidence: world.cite(hpa) }
    : null;
};
