import { verbSpec } from "../actions/catalogue.ts";
import type { Scene } from "../actions/verb.ts";
import { canonical } from "../incident/canonical.ts";
import { isKind } from "../incident/kinds.ts";
import type { Action } from "../incident/plan.ts";
import type { Policy } from "../incident/policy.ts";
import { type Ruling, rule } from "../incident/ruling.ts";
import type { Actuator } from "../ports/actuator.ts";
import type { Ports } from "../ports/index.ts";
import { type Chosen, draftOf, prepared } from "./propose-action.ts";
import { wishOf } from "./wish.ts";

type Using = Pick<Ports, "cluster"> & { actuator: Pick<Actuator, "dryRun"> };
interface Settings {
  policy: Policy;
  redact<T>(value: T): T;
}

/**
 * What may have to follow, under the same approval. Policy is asked about it by itself; where it is stricter about it
 * than about the first change, or the server would not take it, it is left to a person.
 */
export const followUp = async (
  ports: Using,
  settings: Settings,
  scene: Scene,
  { spec }: Chosen,
  first: Ruling,
): Promise<{ action: Action; people: number } | null> => {
  const follow = spec.follow?.(scene) ?? null;
  if (follow === null || !isKind(follow.target.kind)) return null;
  const live = await ports.cluster.get(follow.target.kind, follow.target.namespace, follow.target.name);
  if (live === null) return null;
  const [its, chosen] = [
    { ...scene, live },
    { spec: verbSpec(follow.verb), draft: follow.draft(live) },
  ];
  const ruling = rule(settings.policy, wishOf(ports.cluster.name, its, draftOf(its, chosen)));
  const sameWay = ruling.mode === first.mode && canonical(ruling.approvers) === canonical(first.approvers);
  if (ruling.blocked !== null || !sameWay) return null;
  const action = await prepared(ports, settings, its, chosen);
  if (typeof action === "string") return null;
  return { action: { ...action, when: "stuck" }, people: Math.max(first.people, ruling.people) };
};
