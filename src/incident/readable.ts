import type { Evidence, Unreadable } from "./evidence.ts";
import type { KubeObject } from "./kube.ts";
import { shapeOf } from "./shape/objects.ts";
import { shaped } from "./shape/shape.ts";

/** Of text that stands where a name should, so much is repeated to people. */
const longestName = 120;

const word = (value: unknown): string => (typeof value === "string" ? value.slice(0, longestName) : "");

/** By what people find the object again, as far as it tells. */
export const unreadable = (object: unknown, why: string): Unreadable => {
  const { kind, metadata } = Object(object) as { kind?: unknown; metadata?: unknown };
  const { name, namespace } = Object(metadata) as { name?: unknown; namespace?: unknown };
  return { kind: word(kind), namespace: word(namespace) || null, name: word(name), why };
};

const readObject = (object: unknown): { object: KubeObject } | { unreadable: Unreadable } => {
  const read = shaped(object, shapeOf((Object(object) as { kind?: unknown }).kind), "it");
  if ("why" in read) return { unreadable: unreadable(object, read.why.replace(/^it\.?/, "")) };
  const whole = read.value as KubeObject;
  return whole.metadata.name === "" ? { unreadable: unreadable(object, "metadata.name is empty") } : { object: whole };
};

/** What the API sent, apart from what cannot be read: one object of a shape that no API server sends costs only itself. */
export const readableObjects = (objects: readonly unknown[]): { objects: KubeObject[]; unreadable: Unreadable[] } => {
  const read = objects.map(readObject);
  return {
    objects: read.flatMap((one) => ("object" in one ? [one.object] : [])),
    unreadable: read.flatMap((one) => ("unreadable" in one ? [one.unreadable] : [])),
  };
};

/** The same for evidence that is already kept; most of it holds nothing that cannot be read and stays as it is. */
export const readableEvidence = (one: Evidence): Evidence => {
  const { answer } = one;
  if (answer.kind !== "found" || answer.body.kind !== "objects") return one;
  const { body } = answer;
  const { objects, unreadable: more } = readableObjects(body.objects);
  if (more.length === 0 && objects.every((object, at) => object === body.objects[at])) return one;
  const all = [...(body.unreadable ?? []), ...more];
  return { ...one, answer: { ...answer, body: { ...body, objects, ...(all.length > 0 && { unreadable: all }) } } };
};

export const unreadableIn = (evidence: readonly Evidence[]): { id: string; object: Unreadable }[] =>
  evidence.flatMap(({ id, answer }) =>
    answer.kind === "found" && answer.body.kind === "objects"
      ? (answer.body.unreadable ?? []).map((object) => ({ id, object }))
      : [],
  );

/** As it is said to people: which object, and what of it. */
export const unreadableText = ({ kind, namespace, name, why }: Unreadable): string =>
  `could not read ${kind || "an object"} ${namespace === null ? "" : `${namespace}/`}${name || "without a name"}: ${why}`;
