import { sha256 } from "../incident/canonical.ts";
import type { KubeObject } from "../incident/kube.ts";
import { originalHash } from "../incident/original-hash.ts";
import { intentAnnotation } from "./intent.ts";

// Written by the Deployment controller itself, and by us: neither is somebody's decision about the object.
const notDecided = ["deployment.kubernetes.io/revision", intentAnnotation];

/**
 * What people and controllers decided about an object, as one hash. An approval binds to it. The status is left out, or
 * a crash loop would void each approval; the generation is in, so that a change that was taken back counts as a change.
 */
export const objectVersion = (object: KubeObject): string => originalHash(object) ?? hashOf(object);

const hashOf = ({ metadata, spec }: KubeObject): string =>
  sha256({
    uid: metadata.uid ?? null,
    generation: metadata.generation ?? null,
    spec: spec ?? null,
    labels: metadata.labels ?? {},
    annotations: decided(metadata.annotations ?? {}),
  });

const decided = (annotations: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !notDecided.includes(name)));
