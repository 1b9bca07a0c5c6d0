import { z } from "zod";
import { sha256 } from "./canonical.ts";
import { FaultClassName } from "./fault-class-name.ts";
import { isLike } from "./glob.ts";
import { verbNames } from "./plan.ts";
import { parseQuantity } from "./quantity.ts";

const Mode = z.enum(["observe", "approve", "auto"]);
/** A name in which `*` stands for anything. */
const Glob = z.string().min(1).max(253);
const Globs = z.union([Glob, z.array(Glob).min(1).max(50)]);

/** A name that a namespace can have, or a glob of such; one that no namespace fits would protect nothing, silently. */
const canBeNamespace = (name: string): boolean => /^[a-z0-9*](?:[-a-z0-9*]{0,61}[a-z0-9*])?$/.test(name);
const noNamespace =
  "fits no namespace: their names are of small letters, digits and hyphens, and * stands for any of them";
const NamespaceGlob = z.string().refine(canBeNamespace, { error: noNamespace });

/** A verb or a glob of verbs; one that no verb fits would protect nothing, silently. */
const VerbGlob = Glob.refine((glob) => verbNames.some((verb) => isLike(glob, verb)), {
  error: "fits no verb; docs/catalogue.md lists them",
});

/** What a rule or a freeze is about. Everything that is named has to fit; what is not named fits always. */
const Match = z.strictObject({
  cluster: Globs.optional(),
  /** Cluster-scoped objects, such as nodes, have the empty name. */
  namespace: z.union([NamespaceGlob, z.array(NamespaceGlob).min(1).max(50), z.literal("")]).optional(),
  /** Labels of the object, values with `*`. */
  labels: z.record(z.string(), Glob).optional(),
  verb: z.union([VerbGlob, z.array(VerbGlob).min(1).max(50)]).optional(),
  class: z.union([FaultClassName, z.array(FaultClassName).min(1)]).optional(),
});
export type Match = z.infer<typeof Match>;

const people = z.int().min(1).max(2);
const Bounds = {
  /** Most running pods that one change may touch. */
  pods: z.int().min(0).optional(),
  /** Most changes within an hour of one and the same workload, its pods and Services included. */
  actionsPerHour: z.int().min(0).optional(),
};

/** A list without a glob names everybody there is. */
const tooFew = ({
  people = 1,
  approvers,
}: {
  people?: number | undefined;
  approvers?: string[] | undefined;
}): boolean =>
  approvers !== undefined && !approvers.some((one) => one.includes("*")) && new Set(approvers).size < people;

const Rule = z
  .strictObject({
    match: Match.default({}),
    mode: Mode.optional(),
    /** Names of those who may approve; absent: every approver. */
    approvers: z.array(Glob).min(1).max(100).optional(),
    /** How many different people have to approve. */
    people: people.optional(),
    /** Write even to what Argo CD, Flux, Helm or an operator keeps. */
    directWrite: z.boolean().optional(),
    /** Told to people beside what the rule does. */
    why: z.string().max(200).optional(),
    ...Bounds,
  })
  .refine((rule) => !tooFew(rule), {
    path: ["approvers"],
    error: "names fewer people than `people` asks for: nobody could approve",
  });

/** As `Date` counts them. */
export const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 16:00");

const isTimeZone = (name: string): boolean => {
  try {
    // A plain offset would be wrong for half of the year.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false;
  }
};
const TimeZone = z.string().refine(isTimeZone, "is no time zone of the IANA list such as Europe/Berlin");

/** A ceiling that reads as nothing, or as less than anything runs with, would forbid each raise silently. */
const Ceiling = (least: string, example: string) =>
  z.string().refine((text) => (parseQuantity(text) ?? 0) >= (parseQuantity(least) ?? 0), {
    error: `is no Kubernetes quantity of at least ${least}, such as ${example}`,
  });

const Once = z
  .strictObject({
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    match: Match.default({}),
    why: z.string().max(200).optional(),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ["to"], error: "is not after `from`" });
const Weekly = z.strictObject({
  /** Every week; `to` at or before `from` ends on the next day. */
  days: z.array(z.enum(days)).min(1),
  /** What the clock on the wall shows there, summer and winter; absent: UTC. */
  timeZone: TimeZone.optional(),
  from: Time,
  to: Time,
  match: Match.default({}),
  why: z.string().max(200).optional(),
});
/** `days` says which of the two is meant, and so which of them a mistake is told by. */
const Freeze = z.looseObject({}).transform((given, context): z.infer<typeof Once> | z.infer<typeof Weekly> => {
  const parsed = ("days" in given ? Weekly : Once).safeParse(given);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path, message });
  return z.NEVER;
});
export type Freeze = z.infer<typeof Freeze>;

/**
 * What Nightshift may do. The default is to look and not touch. docs/policy.md tells it with examples.
 * Durations and limits that are not here are in the environment table of `nightshift serve --help`.
 */
export const Policy = z.strictObject({
  mode: Mode.default("observe"),
  /** Overrides by namespace name or glob, e.g. `{"payments": "approve", "dev-*": "auto"}`; an exact name wins. */
  namespaces: z
    .record(z.string(), Mode)
    .superRefine((named, context) => {
      const wrong = Object.keys(named).filter((name) => name !== "" && !canBeNamespace(name));
      for (const name of wrong) context.addIssue({ code: "custom", path: [name], message: noNamespace });
    })
    .default({}),
  /** The first rule that fits and says something about a point decides that point. */
  rules: z.array(Rule).max(200).default([]),
  /** Times in which nothing is changed. */
  freeze: z.array(Freeze).max(100).default([]),
  bounds: z.strictObject(Bounds).default({}),
  /** How many people have to approve a change of high risk. */
  highRiskPeople: people.default(2),
  memoryLimit: z
    .strictObject({
      /** A new limit is at most this many times the current one. */
      maxFactor: z.number().min(1.1).max(16).default(2),
      /** And never above this quantity. */
      ceiling: Ceiling("1Mi", "2Gi").default("2Gi"),
    })
    .prefault({}),
  cpuLimit: z
    .strictObject({
      maxFactor: z.number().min(1.1).max(16).default(2),
      ceiling: Ceiling("1m", "2 or 1500m").default("4"),
    })
    .prefault({}),
  verify: z
    .strictObject({
      /** Also wait for the alert itself to go quiet before calling it recovered. */
      alertSilent: z.boolean().default(false),
      /** By verb: how long to wait after the change, and how long it must then hold; absent: the environment's. */
      times: z
        .record(
          VerbGlob,
          z.strictObject({
            settleSeconds: z.int().min(0).max(3600).optional(),
            watchSeconds: z.int().min(1).max(7200).optional(),
          }),
        )
        .optional(),
    })
    .prefault({}),
});
export type Policy = z.infer<typeof Policy>;

/** Each namespace that policy names, by itself or in a rule. */
export const namespacesNamed = ({ namespaces, rules }: Policy): string[] => {
  const inRules = rules.flatMap(({ match }) => match.namespace ?? []);
  return [...new Set([...Object.keys(namespaces), ...inRules])].filter((name) => name !== "" && !name.includes("*"));
};

const writes = (mode: string | undefined): boolean => mode === "approve" || mode === "auto";

/** Where policy lets something be changed, in words; empty: nowhere. */
export const changesAllowed = ({
  mode,
  namespaces,
  rules,
}: Pick<Policy, "mode" | "namespaces" | "rules">): string[] => [
  ...(writes(mode) ? [`mode ${mode}`] : []),
  ...Object.entries(namespaces).flatMap(([name, one]) => (writes(one) ? [`namespace ${name}: ${one}`] : [])),
  ...rules.flatMap((one, at) => (writes(one.mode) ? [`rule ${at + 1}: ${one.mode}`] : [])),
];

/** Globs of `namespaces` that decide nothing, because one before them fits all that they fit. */
export const neverReached = ({ namespaces }: Policy): { glob: string; by: string }[] => {
  const globs = Object.keys(namespaces).filter((glob) => glob.includes("*"));
  return globs.flatMap((glob, at) => {
    // A `*` of the later glob is matched by nothing but a `*` of the earlier one.
    const by = globs.slice(0, at).find((earlier) => isLike(earlier, glob));
    return by === undefined ? [] : [{ glob, by }];
  });
};

export const policyHash = (policy: Policy): string => sha256(policy).slice(0, 20);
