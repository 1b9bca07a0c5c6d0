import type { Evidence } from "../incident/evidence.ts";
import type { Incident } from "../incident/incident.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { Fingerprint } from "../incident/memory.ts";
import { type ObjectRef, sameObject } from "../incident/subject.ts";
import { refOf } from "../rules/world/objects.ts";

const mostImages = 10;
const mostTemplates = 5;
const telling = /error|fatal|exception|panic|refused|denied|timed? ?out|cannot|failed|no such/i;

const withoutDigest = (image: string): string => image.replace(/@.*$/, "");
const withoutTag = (image: string): string => withoutDigest(image).replace(/:[^/:]*$/, "");

/** `app:1.2` and `app@sha256:…`, whichever of them it names; neither means the tag `latest`. */
const versionsOf = (image: string): string[] => {
  const repository = withoutTag(image);
  const tagged = withoutDigest(image);
  const digest = image.slice(tagged.length);
  const tag = tagged === repository ? (digest === "" ? [`${tagged}:latest`] : []) : [tagged];
  return digest === "" ? tag : [...tag, `${repository}${digest}`];
};

const imagesOf = (object: KubeObject): string[] => {
  const { spec } = object as { spec?: { template?: { spec?: unknown }; containers?: unknown } };
  const { containers } = Object(spec?.template?.spec ?? spec) as { containers?: unknown };
  return (Array.isArray(containers) ? containers : []).flatMap(({ image }: { image?: unknown }) =>
    typeof image === "string" ? [image] : [],
  );
};

/** What varies from one time to the next is taken out: times, ids, numbers, quoted names. */
const templateOf = (line: string): string =>
  line
    .toLowerCase()
    .replace(/"[^"]*"|'[^']*'/g, "«»")
    .replace(/[0-9a-f]{8,}|\d+/g, "#")
    .replace(/[\s#:.-]+/g, " ")
    .trim()
    .slice(0, 120);

const linesOf = ({ answer }: Evidence): string[] =>
  answer.kind === "found" && answer.body.kind === "log"
    ? answer.body.text.split("\n").filter((line) => telling.test(line))
    : [];

const objectsOf = ({ answer }: Evidence): readonly KubeObject[] =>
  answer.kind === "found" && answer.body.kind === "objects" ? answer.body.objects : [];

/** By what this incident will be found again. */
export const fingerprintOf = (
  { subject, alerts, diagnosis }: Pick<Incident, "subject" | "alerts" | "diagnosis">,
  evidence: readonly Evidence[],
): Fingerprint => {
  const cause = diagnosis?.kind === "cause" ? diagnosis : null;
  const sick: ObjectRef[] = cause === null ? [subject] : [subject, cause.object];
  const objects = evidence.flatMap(objectsOf).filter((one) => sick.some((ref) => sameObject(ref, refOf(one))));
  const images = objects.flatMap(imagesOf);
  const cited = evidence.filter(({ id }) => cause?.evidence.includes(id) ?? false);
  return {
    cluster: subject.cluster,
    class: cause?.class ?? null,
    subject: [subject.namespace ?? "", subject.kind, subject.name].join("/"),
    kind: subject.kind,
    images: [...new Set(images.map(withoutTag))].slice(0, mostImages),
    imageVersions: [...new Set(images.flatMap(versionsOf))].slice(0, 2 * mostImages),
    alerts: [...new Set(alerts.map(({ name }) => name))].slice(0, 10),
    templates: [...new Set(cited.flatMap(linesOf).map(templateOf))].slice(-mostTemplates),
    scope: cause?.scope ?? null,
  };
};
