import type { Incident, Update } from "../incident/incident.ts";
import type { Outcome } from "../incident/outcome.ts";
import type { Action } from "../incident/plan.ts";
import type { Policy } from "../incident/policy.ts";
import { refText } from "../incident/subject.ts";
import type { Check, Verdict } from "../incident/verdict.ts";
import type { Ports } from "../ports/index.ts";
import { askWorld } from "../tools/ask.ts";
import { type Baseline, baselineOf, readyOf } from "./verify-baseline.ts";
import { checksNow } from "./verify-checks.ts";
import { look, type Sight, stuckPods } from "./verify-look.ts";
import { steadyCheck, steadySince } from "./verify-steady.ts";

type Using = Pick<Ports, "cluster" | "metrics" | "archive" | "clock">;
interface Settings {
  settleSeconds: number;
  watchSeconds: number;
  policy: Policy;
}

const noBooks: Ports["bookshelf"] = { search: async () => [] };

/** One look per run: not yet, or recovered, unchanged or worse. Readiness alone proves nothing. */
export const verify =
  (ports: Using, settings: Settings) =>
  async (incident: Incident): Promise<Update> => {
    const { action, outcome } = lastApplied(incident);
    const times = timesOf(outcome, settings);
    const now = ports.clock.now().getTime();
    if (now < times.settled) return waitUntil(times.settled);
    const { sight, evidence } = await look(askWorld({ ...ports, bookshelf: noBooks }), action.target, incident.alerts);
    await ports.archive.keep(evidence);
    const baseline = baselineOf(await ports.archive.open(incident.evidence), action, outcome.at);
    const since = steadySince(sight);
    const checks = checksNow(sight, { baseline, policy: settings.policy });
    const seen = { evidence: [...new Set([...incident.evidence, ...evidence.map(({ id }) => id)])] };
    const all = [...checks, steadyCheck(since, now, times.watchMs)];
    const next = nextLook(checks, since, now, times);
    if (next !== null) return { ...seen, ...waitUntil(next) };
    return { ...seen, ...decided(all, worse(sight, baseline), now, action, stuckPods(sight)) };
  };

interface Times {
  settled: number;
  /** When good must be proven, if all went well. */
  end: number;
  /** When the last grace for a slow rollout ends. */
  last: number;
  watchMs: number;
}

const timesOf = ({ at }: Outcome, { settleSeconds, watchSeconds }: Settings): Times => {
  const watchMs = watchSeconds * 1000;
  const settled = Date.parse(at) + settleSeconds * 1000;
  return { settled, end: settled + watchMs, last: settled + 3 * watchMs, watchMs };
};

/** When to look again, or null: it is time to decide. */
const nextLook = (checks: readonly Check[], since: number | null, now: number, times: Times): number | null => {
  const good = holds(checks) && since !== null;
  const step = now + Math.max(1000, times.watchMs / 4);
  if (good) {
    const proven = Math.max(times.end, since + times.watchMs);
    return now >= proven || now >= times.last ? null : Math.min(step, proven);
  }
  const limit = underWay(checks) ? times.last : times.end;
  return now >= limit ? null : Math.min(step, limit);
};

const holds = (checks: readonly Check[]): boolean => checks.every(({ ok, required }) => ok || !required);

// A rollout that is only slow gets more time; one with a container that waits, or that missed its deadline, does not.
const underWay = (checks: readonly Check[]): boolean => {
  const failing = checks.filter(({ ok, required }) => required && !ok);
  const slow = ["rollout finished", "replicas ready", "endpoints ready", "alert silent"];
  return failing.every(({ name }) => slow.includes(name));
};

const worse = ({ workload }: Sight, baseline: Baseline | null): boolean => {
  if (baseline === null || workload === null) return false;
  return workload === "gone" || readyOf(workload) < baseline.ready;
};

const waitUntil = (time: number): Update => ({
  lookAgainAt: new Date(time).toISOString(),
  verdict: null,
  escalation: null,
});

const decided = (checks: Check[], isWorse: boolean, now: number, action: Action, stuck: string[]): Update => {
  const kind: Verdict["kind"] = holds(checks) ? "recovered" : isWorse ? "worse" : "unchanged";
  return {
    lookAgainAt: null,
    verdict: { kind, at: new Date(now).toISOString(), checks },
    escalation: kind === "recovered" ? null : notHelped(kind, checks, action, stuck),
  };
};

// To undo it by itself is issue 6: a plan of one action from `action.undo`, through `propose` and `act` like any other.
const notHelped = (
  kind: Verdict["kind"],
  checks: readonly Check[],
  { verb, target, undo }: Action,
  stuck: readonly string[],
): string => {
  const failing = checks.filter(({ ok, required }) => required && !ok);
  const why = failing.map(({ name, detail }) => `${name}: ${detail}`).join("; ");
  if (stuck.length > 0)
    return (
      `${verb} on ${refText(target)} was done, but the StatefulSet controller does not replace a pod that never became ` +
      `ready, so it is ${kind} (${why}). To let it: kubectl delete pod ${stuck.join(" ")} -n ${target.namespace}`
    );
  return (
    `${verb} on ${refText(target)} did not help, it is ${kind} (${why}). ` +
    `To take it back${undo.exact ? "" : " (not exactly)"}: ${undo.command}`
  );
};

const lastApplied = ({ id, plan, outcomes }: Incident): { action: Action; outcome: Outcome } => {
  const outcome = outcomes.findLast(({ kind }) => kind === "applied");
  const action = plan?.kind === "actions" ? plan.actions.findLast(({ verb }) => verb === outcome?.verb) : undefined;
  if (!outcome || !action) throw new Error(`verifying incident ${id}: nothing was applied`);
  return { action, outcome };
};
