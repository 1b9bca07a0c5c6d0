import { z } from "zod";

/** An object of the cluster by name. `namespace` is null for cluster-scoped kinds. */
export const ObjectRef = z.object({
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
});
export type ObjectRef = z.infer<typeof ObjectRef>;

/** What is sick: the root owner of what an alert names, never the pod itself where it has an owner. */
export const Subject = ObjectRef.extend({
  cluster: z.string(),
  /** True when the cluster could not be asked and the owner was read off the name; said in the report. */
  guessed: z.boolean(),
});
export type Subject = z.infer<typeof Subject>;

/** A page whose details could not be read, and whose title names no object: all that is known is that it rings. */
export const unreadPage = "PagerDutyIncident";

export const isUnread = ({ kind }: Pick<ObjectRef, "kind">): boolean => kind === unreadPage;

/** The name of a cluster may hold a `/`: that of EKS is an ARN. */
export const isUnreadKey = (key: string): boolean => key.split("/").at(-2) === unreadPage;

export const refText = ({ kind, namespace, name }: ObjectRef): string =>
  namespace === null ? `${kind}/${name}` : `${kind}/${name} in ${namespace}`;

export const sameObject = (a: ObjectRef, b: ObjectRef): boolean =>
  a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;

/** Alerts with the same key join one incident. The alert's name is left out on purpose: many alerts, one sickness. */
export const subjectKey = ({ cluster, namespace, kind, name }: Omit<Subject, "guessed">): string =>
  [cluster, namespace ?? "", kind, name].join("/");
