import { z } from "zod";
import { sha256 } from "./canonical.ts";
import { ObjectRef } from "./subject.ts";

/** The object a change is for, in exactly the version that was looked at when the change was proposed. */
export const Target = ObjectRef.extend({
  uid: z.string(),
  /**
   * Hash of what people and controllers decide about the object (spec, labels, annotations), not of its status:
   * a crash loop moves `resourceVersion` every few seconds and would void each approval.
   */
  version: z.string(),
});
export type Target = z.infer<typeof Target>;

const common = {
  target: Target,
  risk: z.enum(["low", "medium", "high"]),
  /** kubectl equivalent of the change. */
  command: z.string(),
  /** Unified diff between the live object and what the server's dry run answered. */
  diff: z.string(),
  /** How to take it back exactly. */
  undo: z.object({ command: z.string(), exact: z.boolean() }),
  /** What the change does to running pods, in words. */
  effect: z.string(),
  /** How many running pods it touches. */
  pods: z.int().optional(),
  /** `stuck`: only if, once the first change has settled, the pod still waits in the state that change has ended. */
  when: z.literal("stuck").optional(),
};

const ProbeKind = z.enum(["readinessProbe", "livenessProbe", "startupProbe"]);
export type ProbeKind = z.infer<typeof ProbeKind>;

/** Where a pod template is kept: a ReplicaSet, or for StatefulSets and DaemonSets a ControllerRevision. */
const Kept = z.object({ toRevision: z.int(), replicaSet: z.string(), templateHash: z.string() });
const Undone = Kept.extend({
  /** Whether the history text goes with the template, there and back; absent in what an older build planned. */
  withCause: z.boolean().optional(),
});

/** A value that replaces another one of the same container. */
const Limit = z.object({ container: z.string(), from: z.string(), to: z.string() });
const Labels = z.record(z.string(), z.string());
const Port = z.union([z.int(), z.string()]);
/** The workload whose health tells whether it helped. */
const Serves = z.object({ kind: z.string(), name: z.string() });

/** One typed change of the closed catalogue. Parameters are read from the cluster, never from text. */
export const Action = z.discriminatedUnion("verb", [
  z.object({
    verb: z.literal("undo-rollout"),
    /** `replicaSet` names the ReplicaSet, or for StatefulSets and DaemonSets the ControllerRevision, that holds the template. */
    params: Undone.extend({ from: Undone.optional() }),
    ...common,
  }),
  z.object({
    verb: z.literal("restart-workload"),
    /** The time written into the template; fixed at proposal, so that what was approved is what is written. */
    params: z.object({ restartedAt: z.iso.datetime() }),
    ...common,
  }),
  z.object({
    verb: z.literal("raise-memory-limit"),
    params: Limit,
    ...common,
  }),
  z.object({ verb: z.literal("raise-cpu-limit"), params: Limit, ...common }),
  z.object({
    verb: z.literal("restore-probe"),
    /** `from` keeps the probe as it is now, for the way back. */
    params: Kept.extend({ container: z.string(), probe: ProbeKind, from: Kept }),
    ...common,
  }),
  z.object({ verb: z.literal("scale-workload"), params: z.object({ from: z.int(), to: z.int() }), ...common }),
  z.object({ verb: z.literal("resume-rollout"), params: z.object({ paused: z.boolean() }), ...common }),
  z.object({ verb: z.literal("resume-cronjob"), params: z.object({ suspend: z.boolean() }), ...common }),
  z.object({
    verb: z.literal("restore-service-selector"),
    params: z.object({ from: Labels, to: Labels, serves: Serves }),
    ...common,
  }),
  z.object({
    verb: z.literal("restore-service-port"),
    params: z.object({ port: z.int(), from: Port, to: Port, serves: Serves }),
    ...common,
  }),
  z.object({ verb: z.literal("uncordon-node"), params: z.object({}), ...common }),
  z.object({ verb: z.literal("cordon-node"), params: z.object({}), ...common }),
  z.object({
    verb: z.literal("delete-pod"),
    /** `uid`: of the controller that makes it anew; absent in what an older build planned. */
    params: z.object({ serves: Serves.extend({ uid: z.string().optional() }) }),
    ...common,
  }),
  z.object({ verb: z.literal("rerun-job"), params: z.object({ as: z.string(), specHash: z.string() }), ...common }),
]);
export type Action = z.infer<typeof Action>;
export type Verb = Action["verb"];
export const verbNames: readonly Verb[] = Action.options.map(({ shape }) => shape.verb.value);

/** What policy asks for beside an approval. Part of the plan hash: who approves, approves under these terms. */
export const Terms = z.object({
  /** Hash of the policy it was made under; another policy voids the approval. */
  policy: z.string(),
  /** How many different people have to approve. */
  people: z.int(),
  /** Who may; null: every approver. */
  approvers: z.array(z.string()).nullable(),
  /** Most changes of the same workload within an hour; null: any. */
  actionsPerHour: z.int().nullable(),
});
export type Terms = z.infer<typeof Terms>;

export const Plan = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("actions"),
    hash: z.string(),
    /** ISO time after which an approval of this plan is refused. */
    expiresAt: z.iso.datetime(),
    /** When it was made; absent in what an older build planned. */
    madeAt: z.iso.datetime().optional(),
    /** `person`: somebody has to approve. `policy`: the policy file allows this class of change on its own. */
    authority: z.enum(["person", "policy"]),
    actions: z.array(Action).min(1),
    terms: Terms.optional(),
  }),
  /** Doing nothing is a good plan. `recommendation` says what a person should do, with commands to type. */
  z.object({ kind: z.literal("none"), why: z.string(), recommendation: z.string() }),
]);
export type Plan = z.infer<typeof Plan>;
export type ActionPlan = Extract<Plan, { kind: "actions" }>;

/** What an approval is bound to: object UID and version, verb and parameters of each action, in order. */
export const planHash = (actions: readonly Action[], terms?: Terms): string => {
  const changes = actions.map(({ verb, target, params }) => ({ verb, target, params }));
  return sha256(terms === undefined ? changes : [changes, terms]);
};
