import type { Choice } from "../actions/choose.ts";
import { unifiedDiff } from "../actions/diff.ts";
import type { Scene } from "../actions/verb.ts";
import { objectVersion } from "../actions/version.ts";
import { Action } from "../incident/plan.ts";
import type { Actuator } from "../ports/actuator.ts";
import type { Ports } from "../ports/index.ts";
import { type Tried, tryWrite } from "./change.ts";

type Using = Pick<Ports, "cluster"> & { actuator: Pick<Actuator, "dryRun"> };
interface Settings {
  redact<T>(value: T): T;
}
export type Chosen = Pick<Extract<Choice, { kind: "verb" }>, "spec" | "draft">;
export type Draft = Omit<Action, "diff"> & Pick<Chosen["draft"], "asks">;

/** The action as the server would take it, or in its words why not. */
export const prepared = async (
  ports: Using,
  settings: Settings,
  scene: Scene,
  choice: Chosen,
): Promise<Action | string> => {
  const draft = shownOf(settings, draftOf(scene, choice));
  const tried = await tryWrite(ports.cluster, draft, "dry-run", (write) => ports.actuator.dryRun(write));
  return tried.kind === "applied" ? Action.parse({ ...draft, diff: diffOf(settings, tried) }) : tried.message;
};

const diffOf = ({ redact }: Settings, { did, before, object }: Extract<Tried, { kind: "applied" }>): string =>
  unifiedDiff(did === "create" ? null : redact(before), did === "delete" ? null : redact(object));

export const draftOf = ({ live }: Scene, { spec, draft }: Chosen): Draft =>
  ({
    verb: spec.verb,
    target: {
      kind: live.kind,
      namespace: live.metadata.namespace ?? null,
      name: live.metadata.name,
      uid: live.metadata.uid ?? "",
      version: objectVersion(live),
    },
    ...draft,
  }) as Draft;

/** Its words may quote the exact objects; parameters and target are what is written, and stay. */
export const shownOf = <D extends Pick<Draft, "command" | "undo" | "effect">>({ redact }: Settings, draft: D): D => ({
  ...draft,
  command: redact(draft.command),
  undo: { ...draft.undo, command: redact(draft.undo.command) },
  effect: redact(draft.effect),
});
