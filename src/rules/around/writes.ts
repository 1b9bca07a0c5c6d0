import type { KubeObject } from "../../incident/kube.ts";

export type Write = NonNullable<KubeObject["metadata"]["managedFields"]>[number];

export const isPerson = (manager: string | undefined): boolean =>
  manager !== undefined && manager !== "kube-controller-manager";

export const fieldsWritten = ({ fieldsV1 }: Write): string[] =>
  Object.keys((fieldsV1?.["f:spec"] as object | undefined) ?? {}).map((name) => name.slice(2));
