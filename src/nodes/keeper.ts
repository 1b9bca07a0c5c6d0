import { madeByOperator, managedElsewhere } from "../actions/ownership.ts";
import { isKind } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { Cluster } from "../ports/cluster.ts";

// A resource, what its operator makes of it, and what that is beside: nobody owns through more.
const furthest = 3;

/** Who would take a direct change back: by the object's own marks, or by an operator that owns what it is owned by. */
export const keeperOf = async (cluster: Pick<Cluster, "get">, object: KubeObject): Promise<string | null> =>
  managedElsewhere(object) ?? (object.kind === "Node" ? null : operatorAbove(cluster, object, furthest));

const operatorAbove = async (
  cluster: Pick<Cluster, "get">,
  { kind, metadata: { namespace, ownerReferences = [] } }: KubeObject,
  left: number,
): Promise<string | null> => {
  // A pod or a Job that its controller made is made anew by it, whoever owns that.
  if (left === 0 || kind === "Pod" || kind === "Job") return null;
  for (const owner of ownerReferences) {
    const above = isKind(owner.kind) ? await cluster.get(owner.kind, namespace ?? null, owner.name) : null;
    if (above === null || above.metadata.uid !== owner.uid) continue;
    const operator = madeByOperator(above) ?? (await operatorAbove(cluster, above, left - 1));
    if (operator !== null) return operator;
  }
  return null;
};
