import type { Cause } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import type { Incident } from "../incident/incident.ts";
import type { Kind } from "../incident/kinds.ts";
import type { KubeObject, Workload } from "../incident/kube.ts";
import type { Action, Verb } from "../incident/plan.ts";
import type { Policy } from "../incident/policy.ts";
import type { JsonPatchOperation } from "../ports/actuator.ts";
import type { Revision } from "./revisions.ts";

/** What a proposal is made from: the target as it is now, and what was gathered about it. */
export interface Scene {
  alerts: Incident["alerts"];
  cause: Cause;
  policy: Policy;
  evidence: readonly Evidence[];
  live: Workload;
  /** Newest first; the first is what the workload is now. */
  revisions: readonly Revision[];
  /** ISO time of the proposal. */
  now: string;
}

type ActionOf<V extends Verb> = Extract<Action, { verb: V }>;
export type ParamsOf<V extends Verb> = ActionOf<V>["params"];

/** A change that would help, all but the words of the server. */
export type Draft<V extends Verb = Verb> = Pick<ActionOf<V>, "params" | "risk" | "command" | "undo" | "effect">;

export type Fit<V extends Verb = Verb> = { kind: "fits"; draft: Draft<V> } | { kind: "unfit"; why: string };
export type Change = { kind: "patch"; patch: JsonPatchOperation[] } | { kind: "moved"; why: string };

/** One verb of the closed catalogue. To add one: a file with its VerbSpec, a member of Action, a line in catalogue.ts. */
export interface VerbSpec<V extends Verb = Verb> {
  readonly verb: V;
  /** The causes it may help against; anything else never reaches `fit`. */
  readonly classes: readonly FaultClass[];
  /** Pure: would it help here, and with which parameters? All of them are read off objects. */
  fit(scene: Scene): Fit<V>;
  /** Another object whose content goes into the patch; read again just before each write. */
  source(live: KubeObject, params: ParamsOf<V>): { kind: Kind; name: string } | null;
  /** The exact change, the same bytes for the same live object and parameters; `moved` when its ground has shifted. */
  change(live: Workload, params: ParamsOf<V>, source: KubeObject | null): Change;
}

export const unfit = (why: string): { kind: "unfit"; why: string } => ({ kind: "unfit", why });

export const kubectlName = ({ kind, metadata }: KubeObject): string =>
  `${kind.toLowerCase()}/${metadata.name} -n ${metadata.namespace ?? "default"}`;
