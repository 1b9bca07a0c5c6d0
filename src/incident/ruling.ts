import type { FaultClass } from "./fault-classes.ts";
import { isLike } from "./glob.ts";
import { days, type Freeze, type Match, type Policy } from "./policy.ts";

/** One change that is thought of. What is not known is null and fits no rule that names it. */
export interface Wish {
  cluster: string;
  namespace: string | null;
  labels: Record<string, string>;
  verb: string;
  class: FaultClass | null;
  risk: "low" | "medium" | "high";
  pods: number;
  /** ISO time. */
  now: string;
}

export interface Ruling {
  mode: Policy["mode"];
  /** Why it must not be done now although the mode would let it; null when nothing is against it. */
  blocked: string | null;
  /** Null: every approver. */
  approvers: readonly string[] | null;
  people: number;
  /** How many pods it may touch; null: as many as it does. */
  pods: number | null;
  actionsPerHour: number | null;
  directWrite: boolean;
  /** Each point with what decided it, for people. */
  because: readonly string[];
}

type Rule = Policy["rules"][number];

/** What policy says to a change. Pure: the same question has the same answer at proposal and at execution. */
export const rule = (policy: Policy, wish: Wish): Ruling => {
  const fitting = policy.rules
    .map((one, at) => ({ one, name: nameOf(one, at) }))
    .filter(({ one }) => fits(one.match, wish));
  const first = <K extends keyof Rule>(key: K) => fitting.find(({ one }) => one[key] !== undefined);
  const mode = modeBy(policy, wish.namespace);
  const ruled = first("mode");
  const people = first("people");
  const pods = first("pods")?.one.pods ?? policy.bounds.pods ?? null;
  const perHour = first("actionsPerHour")?.one.actionsPerHour ?? policy.bounds.actionsPerHour ?? null;
  const highRisk = wish.risk === "high" ? policy.highRiskPeople : 1;
  const approvers = first("approvers");
  const frozen = freezeOf(policy, wish);
  return {
    mode: ruled?.one.mode ?? mode.mode,
    blocked: frozen ?? tooMany(wish, pods),
    approvers: approvers?.one.approvers ?? null,
    people: Math.max(people?.one.people ?? 1, highRisk),
    pods,
    actionsPerHour: perHour,
    directWrite: first("directWrite")?.one.directWrite ?? false,
    because: [
      `mode ${ruled?.one.mode ?? mode.mode}: ${ruled?.name ?? mode.by}`,
      ...(people ? [`people ${people.one.people}: ${people.name}`] : []),
      ...(highRisk > 1 ? [`people ${highRisk}: the risk is high`] : []),
      ...(approvers ? [`approvers ${approvers.one.approvers?.join(", ")}: ${approvers.name}`] : []),
      ...(pods === null ? [] : [`pods at most ${pods}: ${first("pods")?.name ?? "bounds"}`]),
      ...(perHour === null
        ? []
        : [`changes per hour at most ${perHour}: ${first("actionsPerHour")?.name ?? "bounds"}`]),
      ...(frozen === null ? [] : [frozen]),
    ],
  };
};

const tooMany = ({ pods }: Wish, most: number | null): string | null =>
  most !== null && pods > most ? `it touches ${pods} pods, policy allows ${most}` : null;

const nameOf = ({ why }: Rule, at: number): string => `rule ${at + 1}${why === undefined ? "" : ` (${why})`}`;

/** A namespace may be called `constructor`: what every object inherits is nobody's rule. */
const ownOf = <T>(all: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(all, key) ? all[key] : undefined;

/** The mode that the simple part of the file gives a namespace. */
const modeBy = (policy: Policy, namespace: string | null): { mode: Policy["mode"]; by: string } => {
  const exact = namespace === null ? undefined : ownOf(policy.namespaces, namespace);
  if (exact !== undefined) return { mode: exact, by: `namespaces, ${namespace}` };
  const like = Object.entries(policy.namespaces).find(([glob]) => namespace !== null && isLike(glob, namespace));
  return like
    ? { mode: like[1], by: `namespaces, ${like[0]}` }
    : { mode: policy.mode, by: "the mode of the whole file" };
};

/**
 * Whether policy could ever let this verb change something in this namespace: a rule that looks at more than the two may fit
 * some object there.
 */
export const couldChange = ({ rules, ...policy }: Policy, namespace: string | null, verb: string): boolean => {
  for (const { match, mode } of rules) {
    if (mode === undefined || !like(match.namespace, namespace ?? "") || !like(match.verb, verb)) continue;
    if (mode !== "observe") return true;
    if (match.cluster === undefined && match.labels === undefined && match.class === undefined) return false;
  }
  return modeBy({ rules, ...policy }, namespace).mode !== "observe";
};

/** May this person approve under these names? */
export const isAmong = (approvers: readonly string[] | null, name: string): boolean =>
  approvers === null || approvers.some((glob) => isLike(glob, name));

const like = (globs: string | readonly string[] | undefined, name: string | null): boolean =>
  globs === undefined || (name !== null && [globs].flat().some((glob) => isLike(glob, name)));

const fits = ({ cluster, namespace, labels = {}, verb, class: classes }: Match, wish: Wish): boolean =>
  like(cluster, wish.cluster) &&
  like(namespace, wish.namespace ?? "") &&
  Object.entries(labels).every(([key, glob]) => like(glob, ownOf(wish.labels, key) ?? null)) &&
  like(verb, wish.verb) &&
  like(classes, wish.class);

const freezeOf = (policy: Policy, wish: Wish): string | null => {
  const now = new Date(wish.now);
  const frozen = policy.freeze.find((freeze) => fits(freeze.match, wish) && covers(freeze, now));
  if (!frozen) return null;
  return `changes are frozen until ${frozen.to}${"days" in frozen ? ` ${frozen.timeZone ?? "UTC"}` : ""}${frozen.why === undefined ? "" : ` (${frozen.why})`}`;
};

/** As the clock on the wall shows it there: an hour that the spring leaves out is not in it, one that the autumn repeats is twice. */
const wallClock = (now: Date, timeZone = "UTC"): { day: number; time: string } => {
  const shown = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string): string => shown.find((one) => one.type === type)?.value ?? "";
  const day = (days as readonly string[]).indexOf(part("weekday").toLowerCase());
  return { day, time: `${part("hour")}:${part("minute")}` };
};

const covers = (freeze: Freeze, now: Date): boolean => {
  if (!("days" in freeze)) return now >= new Date(freeze.from) && now < new Date(freeze.to);
  const { day, time } = wallClock(now, freeze.timeZone);
  const on = (back: number): boolean => freeze.days.some((one) => one === days[(day + 7 - back) % 7]);
  if (freeze.from < freeze.to) return on(0) && time >= freeze.from && time < freeze.to;
  return (on(0) && time >= freeze.from) || (on(1) && time < freeze.to);
};
