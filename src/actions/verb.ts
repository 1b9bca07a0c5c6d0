import type { Cause } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import type { Incident } from "../incident/incident.ts";
import type { Kind } from "../incident/kinds.ts";
import type { KubeObject, Workload } from "../incident/kube.ts";
import type { Action, Verb } from "../incident/plan.ts";
import type { Policy } from "../incident/policy.ts";
import type { ObjectRef } from "../incident/subject.ts";
import type { JsonPatchOperation } from "../ports/actuator.ts";
import type { Revision } from "./revisions.ts";

/** What a proposal is made from: the target as it is now, and what was gathered about it. */
export interface Scene<T extends KubeObject = KubeObject> {
  alerts: Incident["alerts"];
  cause: Cause;
  policy: Policy;
  evidence: readonly Evidence[];
  live: T;
  /** Newest first; the first is what the workload is now. Empty for what has no history. */
  revisions: readonly Revision[];
  /** Objects of the kinds the verb names in `near`, read just now. */
  near: readonly KubeObject[];
  /** ISO time of the proposal. */
  now: string;
}

type ActionOf<V extends Verb> = Extract<Action, { verb: V }>;
export type ParamsOf<V extends Verb> = ActionOf<V>["params"];

/** A change that would help, all but the words of the server. */
export type Draft<V extends Verb = Verb> = Pick<ActionOf<V>, "params" | "risk" | "command" | "undo" | "effect"> & {
  /** Running pods that it touches. */
  pods: number;
  /** Why a person has to look at it whatever policy says: a value was inferred, or a person may have meant it so. */
  asks?: string;
};

export type Fit<V extends Verb = Verb> = { kind: "fits"; draft: Draft<V> } | { kind: "unfit"; why: string };
export type Change =
  | { kind: "patch"; patch: JsonPatchOperation[] }
  | { kind: "delete" }
  | { kind: "create"; object: KubeObject }
  | { kind: "moved"; why: string };

export interface Follow {
  verb: Verb;
  target: ObjectRef;
  draft(live: KubeObject): Draft;
}

/** The action that takes an action back exactly, in the words of the catalogue. */
export type Inverse = { [V in Verb]: { verb: V; params: ParamsOf<V> } }[Verb];

/** What is looked at once more just before the write that was approved, all of it read now. */
export interface Ground<V extends Verb = Verb, T extends KubeObject = KubeObject> {
  live: T;
  params: ParamsOf<V>;
  source: KubeObject | null;
  near: readonly KubeObject[];
  /** Kinds of which nobody can tell here: there are too many, or one cannot be read. None of them is in `near`. */
  untold: readonly Kind[];
  /** The cause that it answers; null: the incident names none. */
  cause: Pick<Cause, "class"> | null;
  /** When the plan was made; null in what an older build planned. */
  madeAt: string | null;
  /** ISO time. */
  now: string;
}

/** One verb of the closed catalogue. To add one: a file with its VerbSpec, a member of Action, a line in catalogue.ts. */
export interface VerbSpec<V extends Verb = Verb, T extends KubeObject = KubeObject> {
  readonly verb: V;
  /** The causes it may help against; anything else never reaches `fit`. */
  readonly classes: readonly FaultClass[];
  /** The kinds it changes; anything else is never its target. */
  readonly targets: readonly Kind[];
  /** The kind of the object that holds the target, where the sickness is seen: the StatefulSet of a pod. */
  readonly holder?: Kind;
  /** Which of the objects of the holder is the target; null when none is. */
  locate?(holder: ObjectRef, evidence: readonly Evidence[]): ObjectRef | null;
  /** Kinds of the same namespace that its preconditions look at; read again before each write that they could forbid. */
  readonly near: readonly Kind[];
  /**
   * Kinds that `ended` looks at and `change` does not: read only before a write that a plan justifies, so never for an
   * undo. What is not in `near` as well forbids nothing: where it cannot be read whole, it is untold.
   */
  readonly grounds?: readonly Kind[];
  /** Pure: would it help here, and with which parameters? All of them are read off objects. */
  fit(scene: Scene<T>): Fit<V>;
  /** Another object whose content goes into the patch; read again just before each write. */
  source(live: KubeObject, params: ParamsOf<V>): { kind: Kind; name: string } | null;
  /** The exact change, the same bytes for the same live object and parameters; `moved` when its ground has shifted. */
  change(live: T, params: ParamsOf<V>, source: KubeObject | null, near: readonly KubeObject[]): Change;
  /**
   * Why what justified the plan no longer holds, or null: the status and the neighbours of an object move without its version.
   * Asked just before each write that was approved, and never of an undo.
   */
  ended(ground: Ground<V, T>): string | null;
  /** The exact way back, or null where there is none. */
  inverse(params: ParamsOf<V>): Inverse | null;
  /** A second change that may have to follow for this one to reach the pods; part of the same plan and approval. */
  follow?(scene: Scene<T>): Follow | null;
  /** Whose health tells whether it helped, where that is not the target itself. */
  watch?(action: { target: ObjectRef; params: ParamsOf<V> }): ObjectRef;
}

export const unfit = (why: string): { kind: "unfit"; why: string } => ({ kind: "unfit", why });
export const moved = (why: string): Change => ({ kind: "moved", why });

export const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"] as const satisfies Kind[];

/** Pods a rollout of this workload replaces. */
export const podsOf = ({ kind, spec, status }: Workload): number =>
  kind === "DaemonSet" ? (status?.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1);

export const kubectlName = ({ kind, metadata }: KubeObject): string =>
  `${kind.toLowerCase()}/${metadata.name}${metadata.namespace === undefined ? "" : ` -n ${metadata.namespace}`}`;
