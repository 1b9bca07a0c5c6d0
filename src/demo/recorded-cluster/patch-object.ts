import { canonical } from "../../incident/canonical.ts";
import type { Kind } from "../../incident/kinds.ts";
import type { KubeObject, Workload } from "../../incident/kube.ts";
import { parseQuantity } from "../../incident/quantity.ts";
import type { Address } from "./address.ts";
import { ownedBy } from "./field-owners.ts";
import { jsonPatch, PatchFailed } from "./json-patch.ts";
import { mergePatch, strategicMergePatch } from "./merge-patch.ts";
import type { Shelf } from "./shelf.ts";
import { badRequest, conflict, invalid, notFound, patchRefused, type Reply, unsupportedMediaType } from "./status.ts";

type Patch = (document: KubeObject, patch: unknown) => KubeObject;
const patches: Record<string, Patch> = {
  "application/json-patch+json": jsonPatch,
  "application/merge-patch+json": mergePatch,
  "application/strategic-merge-patch+json": strategicMergePatch,
};

interface Wrong {
  field: string;
  message: string;
}

const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** The checks of the real server that a change of ours could run into. */
const wrongIn = (before: KubeObject, after: KubeObject): Wrong | null => {
  const { uid, name, namespace } = after.metadata;
  for (const [field, was, is] of [
    ["uid", before.metadata.uid, uid],
    ["name", before.metadata.name, name],
    ["namespace", before.metadata.namespace, namespace],
  ] as const) {
    if (was !== is) return { field: `metadata.${field}`, message: `Invalid value: "${is}": field is immutable` };
  }
  return after.kind === "Deployment" ? wrongInDeployment(before as Workload, after as Workload) : null;
};

const wrongInDeployment = ({ spec: was }: Workload, { spec }: Workload): Wrong | null => {
  if ((spec.replicas ?? 1) < 0) {
    return { field: "spec.replicas", message: `Invalid value: ${spec.replicas}: must be greater than or equal to 0` };
  }
  if (!same(was.selector, spec.selector)) {
    return { field: "spec.selector", message: `Invalid value: ${JSON.stringify(spec.selector)}: field is immutable` };
  }
  for (const [at, { resources }] of spec.template.spec.containers.entries()) {
    const [request, limit] = [resources?.requests?.memory, resources?.limits?.memory];
    if (request && limit && (parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? 0)) {
      return {
        field: `spec.template.spec.containers[${at}].resources.requests`,
        message: `Invalid value: "${request}": must be less than or equal to memory limit of ${limit}`,
      };
    }
  }
  return null;
};

/** Performs a PATCH. `onChange` hears of each change that was stored; a dry run stores nothing. */
export const patchObject = (
  shelf: Shelf,
  { group, plural, namespace }: Address,
  kind: Kind,
  name: string,
  request: { type: string; text: string; query: URLSearchParams; at: string },
  onChange: (before: KubeObject | null, after: KubeObject | null) => void,
): Reply => {
  const apply = patches[request.type];
  if (!apply) return unsupportedMediaType();
  const before = shelf.get(kind, namespace, name);
  if (before === null) return notFound(plural, group, name);

  let after: KubeObject;
  try {
    after = apply(before, JSON.parse(request.text));
  } catch (error) {
    if (error instanceof PatchFailed) return patchRefused();
    if (error instanceof SyntaxError) return badRequest("error decoding patch: unexpected end of JSON input");
    throw error;
  }
  if (after.metadata.resourceVersion !== before.metadata.resourceVersion) return conflict(plural, group, name);
  const wrong = wrongIn(before, after);
  if (wrong) return invalid(kind, group, name, wrong.field, wrong.message);
  if (same(before, after)) return { code: 200, body: before };

  const generation = (before.metadata.generation ?? 0) + (same(before.spec, after.spec) ? 0 : 1);
  const manager = request.query.get("fieldManager") ?? "unknown";
  const bumped = { ...after, metadata: { ...after.metadata, ...(before.metadata.generation && { generation }) } };
  const owned = ownedBy(manager, request.at, before, bumped);
  if (request.query.get("dryRun") === "All") return { code: 200, body: owned };
  const stored = shelf.put(owned);
  onChange(before, stored);
  return { code: 200, body: stored };
};
