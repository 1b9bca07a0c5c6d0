import type { Evidence } from "../incident/evidence.ts";
import type { Incident, Update } from "../incident/incident.ts";
import type { Pod } from "../incident/kube.ts";
import type { Action } from "../incident/plan.ts";
import type { Policy } from "../incident/policy.ts";
import { type ObjectRef, refText, sameObject } from "../incident/subject.ts";
import type { Verdict } from "../incident/verdict.ts";
import type { Ports } from "../ports/index.ts";
import { askWorld } from "../tools/ask.ts";
import { intentKey } from "./act.ts";
import { type Baseline, baselineOf, readyOf } from "./verify-baseline.ts";
import { checksNow, type LiveCheck, wellAgain } from "./verify-checks.ts";
import { carryOn, dueNow } from "./verify-follow.ts";
import { type Ask, look, type Sight, stuckPods } from "./verify-look.ts";
import { steadyCheck, steadySince } from "./verify-steady.ts";
import { type Done, takeBack } from "./verify-undo.ts";
import { isWorkload, targetChecks, watchedBy } from "./verify-watched.ts";

type Looking = Pick<Ports, "cluster" | "metrics" | "archive" | "clock">;
type Using = Looking & Pick<Ports, "exact" | "actuator" | "ledger">;
interface Settings {
  settleSeconds: number;
  watchSeconds: number;
  policy: Policy;
  /** Takes secrets out of an object before it is shown. */
  redact<T>(value: T): T;
}

const noBooks: Ports["bookshelf"] = { search: async () => [] };

/**
 * One look per run: not yet, or recovered, unchanged or worse. Readiness alone proves nothing. Once it is decided that
 * our change did not help, the next run takes it back: by then the verdict is kept, and a crash cannot turn it.
 */
export const verify =
  (ports: Using, settings: Settings) =>
  async (incident: Incident): Promise<Update> => {
    const made = madeBy(incident);
    const done = made.at(-1);
    if (done === undefined) throw new Error(`verifying incident ${incident.id}: nothing was applied`);
    const { verdict } = incident;
    if (verdict === null || verdict.kind === "recovered") return lookOnce(ports, settings, incident, done);
    const back = made.findLast(({ action }) => action.undo.exact) ?? done;
    return takeBack(ports, settings.redact, incident, back, `${notHelped(verdict, done.action)}${kept(made)}`);
  };

const lookOnce = async (ports: Using, settings: Settings, incident: Incident, done: Done): Promise<Update> => {
  const times = timesOf(done, settings);
  const now = ports.clock.now().getTime();
  if (now < times.settled) return waitUntil(times.settled);
  const { checks, since, sighted, isWorse, stuck, pods, evidence } = await judgeNow(
    ports,
    settings,
    incident,
    done,
    times.last,
  );
  const seen = { evidence: [...new Set([...incident.evidence, ...evidence.map(({ id }) => id)])] };
  const due = pods === null ? null : dueNow(incident, done, stuck, pods);
  if (due !== null) return { ...seen, ...waitUntil(now), ...(await carryOn(ports, settings, incident, due)) };
  const next = nextLook(checks, since, now, times);
  if (next !== null) return { ...seen, ...waitUntil(next) };
  const steady = { ...steadyCheck(since, now, times.watchMs), unknown: !sighted };
  const all = isWorkload(watchedBy(done.action, incident)) ? [...checks, steady] : checks;
  return { ...seen, ...decided(all, isWorse, now, done.action, stuck) };
};

interface Judged {
  checks: LiveCheck[];
  /** Since when it is so; null: it is not. */
  since: number | null;
  /** Whether the pods could be asked. */
  sighted: boolean;
  isWorse: boolean;
  stuck: string[];
  /** Null: not a workload, or its pods could not be asked. */
  pods: Pod[] | null;
  evidence: Evidence[];
}

const judgeNow = async (
  ports: Looking,
  { policy }: Settings,
  incident: Incident,
  { action, outcome }: Done,
  end: number,
): Promise<Judged> => {
  const ask = askWorld({ ...ports, bookshelf: noBooks });
  const watched = watchedBy(action, incident);
  const looked = isWorkload(watched) ? await look(ask, watched, incident.alerts) : null;
  const own = await targetChecks(ask, action, watched, looked?.sight ?? null);
  const victim = await sufferer(ask, incident, watched);
  const evidence = [...(looked?.evidence ?? []), ...own.evidence, ...victim.evidence];
  await ports.archive.keep(evidence);
  const further = [...own.checks, ...victim.checks];
  if (looked === null)
    return {
      checks: further,
      since: Date.parse(outcome.at),
      sighted: true,
      isWorse: false,
      stuck: [],
      pods: null,
      evidence,
    };
  const before = await ports.archive.open(incident.evidence);
  const began = madeBy(incident)[0]?.outcome.at ?? outcome.at;
  const baseline = baselineOf(before, { ...action, target: watched }, outcome.at, began);
  const since = steadySince(looked.sight);
  const wellSince = Math.max(Date.parse(outcome.at), since ?? ports.clock.now().getTime());
  return {
    checks: [...checksNow(looked.sight, { baseline, policy, wellSince, end }), ...further],
    since,
    sighted: looked.sight.pods !== null,
    isWorse: worse(looked.sight, baseline),
    stuck: stuckPods(looked.sight),
    pods: looked.sight.pods,
    evidence,
  };
};

/**
 * Where the cause lay on another object, whoever suffered from it must be seen well again too. One that is not (a long
 * back-off) proves nothing against the change: a person is told, and nothing is undone.
 */
const sufferer = async (
  ask: Ask,
  { subject }: Incident,
  watched: ObjectRef,
): Promise<{ checks: LiveCheck[]; evidence: Evidence[] }> => {
  if (!isWorkload(subject) || sameObject(subject, watched)) return { checks: [], evidence: [] };
  const { sight, evidence } = await look(ask, subject, []);
  return { checks: [wellAgain(subject, sight, steadySince(sight) !== null)], evidence };
};

interface Times {
  settled: number;
  /** When good must be proven, if all went well. */
  end: number;
  /** When the last grace for a slow rollout ends. */
  last: number;
  watchMs: number;
}

const timesOf = ({ action, outcome }: Done, settings: Settings): Times => {
  const own = settings.policy.verify.times?.[action.verb];
  const watchMs = (own?.watchSeconds ?? settings.watchSeconds) * 1000;
  const settled = Date.parse(outcome.at) + (own?.settleSeconds ?? settings.settleSeconds) * 1000;
  return { settled, end: settled + watchMs, last: settled + 3 * watchMs, watchMs };
};

/** When to look again, or null: it is time to decide. */
const nextLook = (checks: readonly LiveCheck[], since: number | null, now: number, times: Times): number | null => {
  const good = holds(checks) && since !== null;
  const step = now + Math.max(1000, times.watchMs / 4);
  if (good) {
    const proven = Math.max(times.end, since + times.watchMs);
    return now >= proven || now >= times.last ? null : Math.min(step, proven);
  }
  const limit = underWay(checks) ? times.last : times.end;
  return now >= limit ? null : Math.min(step, limit);
};

const holds = (checks: readonly LiveCheck[]): boolean => checks.every(({ ok, required }) => ok || !required);

const failed = (checks: readonly LiveCheck[]): LiveCheck[] => checks.filter(({ ok, required }) => required && !ok);

// A rollout that is only slow gets more time; one with a container that waits, or that missed its deadline, does not.
const underWay = (checks: readonly LiveCheck[]): boolean =>
  failed(checks).every(({ slow, unknown }) => slow || unknown);

const worse = ({ workload }: Sight, baseline: Baseline | null): boolean => {
  if (baseline === null || workload === null) return false;
  return workload === "gone" || readyOf(workload) < baseline.ready;
};

const waitUntil = (time: number): Update => ({
  lookAgainAt: new Date(time).toISOString(),
  verdict: null,
  escalation: null,
});

const decided = (
  live: LiveCheck[],
  isWorse: boolean,
  now: number,
  action: Action,
  stuck: readonly string[],
): Update => {
  const kind: Verdict["kind"] = holds(live) ? "recovered" : isWorse ? "worse" : "unchanged";
  const checks = live.map(({ name, ok, required, detail }) => ({ name, ok, required, detail }));
  const verdict: Verdict = { kind, at: new Date(now).toISOString(), checks };
  return {
    lookAgainAt: null,
    verdict,
    escalation: kind === "recovered" ? null : whyLeft(live, verdict, action, stuck),
  };
};

/** Why our change is left although it did not prove itself; null: it is to be taken back. */
const whyLeft = (live: LiveCheck[], verdict: Verdict, action: Action, stuck: readonly string[]): string | null => {
  // To take it back would put the bad template back: what is missing is a pod that somebody deletes.
  if (stuck.length > 0) return notReached(verdict, action, stuck);
  return failed(live).every(({ unknown }) => unknown) ? notKnown(verdict, action) : null;
};

const notKnown = ({ checks }: Verdict, { verb, target, undo }: Action): string =>
  `Whether ${verb} on ${refText(target)} helped is not known (${failingIn(checks)}), so it was not undone. ` +
  `Look at it; to take it back: ${undo.command}`;

const notHelped = ({ kind, checks }: Verdict, { verb, target }: Action): string =>
  `${verb} on ${refText(target)} did not help, it is ${kind} (${failingIn(checks)}).`;

/** What stays as it is, whatever is undone. */
const kept = (made: readonly Done[]): string => {
  const pods = made.filter(({ action }) => action.verb === "delete-pod").map(({ action }) => action.target.name);
  return made.length > 1 && pods.length > 0 ? ` Pod ${pods.join(", ")} was deleted, which cannot be undone.` : "";
};

const notReached = ({ kind, checks }: Verdict, { verb, target }: Action, stuck: readonly string[]): string =>
  `${verb} on ${refText(target)} was done, but the StatefulSet controller does not replace a pod that never became ` +
  `ready, so it is ${kind} (${failingIn(checks)}). To let it: kubectl delete pod ${stuck.join(" ")} -n ${target.namespace}`;

const failingIn = (checks: readonly LiveCheck[]): string =>
  failed(checks)
    .map(({ name, detail }) => `${name}: ${detail}`)
    .join("; ");

/** What was applied of the plan, in order. By key and not by verb: one plan may hold two actions of one verb. */
const madeBy = ({ id, plan, rounds, outcomes }: Incident): Done[] =>
  plan?.kind !== "actions"
    ? []
    : plan.actions.flatMap((action, index) => {
        const key = intentKey(id, plan.hash, rounds, index);
        const outcome = outcomes.find((one) => one.key === key && one.kind === "applied");
        return outcome === undefined ? [] : [{ plan, action, outcome }];
      });
