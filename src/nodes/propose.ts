import { changeableFor, choose } from "../actions/choose.ts";
import { unifiedDiff } from "../actions/diff.ts";
import { patched } from "../actions/patched.ts";
import { recommend } from "../actions/recommend.ts";
import { targetOf } from "../actions/target.ts";
import type { Change, Scene } from "../actions/verb.ts";
import type { Cause, Diagnosis } from "../incident/diagnosis.ts";
import { isControl } from "../incident/fault-classes.ts";
import type { Incident, Update } from "../incident/incident.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { Similar } from "../incident/memory.ts";
import { roomOf, tooOften, workloadOf } from "../incident/pace.ts";
import { type Action, type Plan, planHash, type Terms } from "../incident/plan.ts";
import { type Policy, policyHash } from "../incident/policy.ts";
import { type Ruling, rule } from "../incident/ruling.ts";
import type { Actuator } from "../ports/actuator.ts";
import { isoNow } from "../ports/clock.ts";
import type { Ports } from "../ports/index.ts";
import { PortError } from "../ports/port-error.ts";
import { readChange } from "./change.ts";
import { keeperOf } from "./keeper.ts";
import { type Chosen, type Draft, draftOf, prepared, shownOf } from "./propose-action.ts";
import { followUp } from "./propose-follow.ts";
import { readScenes } from "./propose-scene.ts";
import { inPreference, isDoubtful } from "./remembered.ts";
import { wishOf } from "./wish.ts";

type Using = Pick<Ports, "cluster" | "archive" | "clock" | "pace"> & { actuator: Pick<Actuator, "dryRun"> };
interface Settings {
  policy: Policy;
  approvalMinutes: number;
  /** The objects are read as they are; what is shown of them goes through here. */
  redact<T>(value: T): T;
}
/** Turns the cause into one exact change that the server would accept, or into the reason why there is none. */
export const propose =
  (ports: Using, settings: Settings) =>
  async (incident: Incident): Promise<Update> => {
    const plan = await planFor(ports, settings, incident);
    const again = whyAgain(incident);
    const told = again === null ? {} : { askedAgain: settings.redact(again) };
    return { plan, ...told, decision: null, escalation: escalationOf(plan, incident.diagnosis) };
  };

/** What voided the question before this plan, or kept its change from being made; null where nothing was asked yet. */
const whyAgain = ({ decision, outcomes }: Incident): string | null => {
  if (decision?.kind === "void") return decision.why;
  const last = outcomes.at(-1);
  return last?.kind === "refused" && last.reason === "changed" ? last.message : null;
};

const escalationOf = (plan: Plan, diagnosis: Diagnosis | null): string | null => {
  if (plan.kind === "actions" || (diagnosis?.kind === "cause" && isControl(diagnosis.class))) return null;
  return `No change is proposed: ${plan.why}.`;
};

const planFor = async (ports: Using, settings: Settings, incident: Incident): Promise<Plan> => {
  const { diagnosis } = incident;
  if (diagnosis === null) throw new Error(`proposing for incident ${incident.id}: it has no diagnosis yet`);
  if (diagnosis.kind === "unknown") return none("the cause is not known", recommend(diagnosis));
  if (isControl(diagnosis.class)) return none("nothing is broken, so nothing is changed", recommend(diagnosis));
  try {
    const plan = await planForCause(ports, settings, incident, diagnosis);
    return plan.kind === "none" ? { ...plan, why: settings.redact(plan.why) } : plan;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return none(settings.redact(`the change could not be prepared, ${error.message}`), recommend(diagnosis));
  }
};

const planForCause = async (ports: Using, settings: Settings, incident: Incident, cause: Cause): Promise<Plan> => {
  const evidence = await ports.archive.open(incident.evidence);
  const target = targetOf(incident.subject, cause, evidence, changeableFor(cause.class));
  if (target.kind === "none") return none(target.why, recommend(cause, "", evidence));
  const now = isoNow(ports.clock);
  const known = { alerts: incident.alerts, cause, policy: settings.policy, evidence, now };
  const tried = inPreference(await readScenes(ports.cluster, target.ref, known), incident);
  const choice = choose(tried, cause);
  const scene = choice.kind === "verb" ? tried.find(({ spec }) => spec === choice.spec)?.scene : null;
  if (choice.kind === "none" || !scene)
    return choice.kind === "none"
      ? none(choice.why, recommend(cause, choice.why, evidence))
      : none("its target is gone", recommend(cause, "", evidence));
  const ruling = rule(settings.policy, wishOf(ports.cluster.name, scene, draftOf(scene, choice)));
  const keeper = await keeperOf(ports.cluster, scene.live);
  const hindrance = hindranceOf(scene, ruling, keeper) ?? (await tooSoon(ports, draftOf(scene, choice), ruling));
  return hindrance === null
    ? planWith(ports, settings, { scene, similar: incident.similar ?? [], keeper }, choice, ruling)
    : none(hindrance, await described(ports, settings, scene, choice, keeper));
};

const hindranceOf = ({ live }: Scene, { mode, blocked, directWrite }: Ruling, keeper: string | null): string | null => {
  if (keeper !== null && !directWrite)
    return `${live.kind} ${live.metadata.name} is managed by ${keeper}, which would take a direct change back`;
  return mode === "observe" ? "policy is observe" : blocked;
};

/** What could not be done now is not asked for: an approval would be used up by a refusal. */
const tooSoon = async (
  { pace = null }: Using,
  draft: Pick<Action, "target" | "params">,
  { actionsPerHour: most }: Ruling,
): Promise<string | null> => {
  if (most === null || pace === null) return null;
  const workload = workloadOf(draft);
  return tooOften(workload, roomOf(most, await pace.changes(workload, draft.target.uid)));
};

const termsOf = (policy: Policy, { people, approvers, actionsPerHour }: Ruling): Terms => ({
  policy: policyHash(policy),
  people,
  approvers: approvers === null ? null : [...approvers],
  actionsPerHour,
});

const planWith = async (
  ports: Using,
  settings: Settings,
  { scene, similar, keeper }: { scene: Scene; similar: readonly Similar[]; keeper: string | null },
  choice: Chosen,
  ruling: Ruling,
): Promise<Plan> => {
  const first = await prepared(ports, settings, scene, choice);
  if (typeof first === "string")
    return none(
      `the server would not take ${choice.spec.verb}: ${first}`,
      await described(ports, settings, scene, choice, keeper),
    );
  const next = await followUp(ports, settings, scene, choice, ruling);
  const actions = next === null ? [first] : [first, next.action];
  const terms = termsOf(settings.policy, next === null ? ruling : { ...ruling, people: next.people });
  return {
    kind: "actions",
    terms,
    hash: planHash(actions, terms),
    madeAt: scene.now,
    expiresAt: new Date(Date.parse(scene.now) + settings.approvalMinutes * 60_000).toISOString(),
    authority:
      mayActAlone(scene, draftOf(scene, choice), terms.people, ruling.mode) &&
      !isDoubtful(similar, scene.cause.class, choice.spec.verb)
        ? "policy"
        : "person",
    actions,
  };
};

/** A cause of the rules that is less sure than this waits for a person, whatever policy says. */
const leastConfidenceAlone = 0.8;

// What only a model says, or what is not cheap to take back, always waits for a person.
const mayActAlone = ({ cause }: Scene, { risk, asks }: Draft, people: number, mode: Policy["mode"]): boolean =>
  mode === "auto" &&
  people === 1 &&
  cause.by === "rules" &&
  cause.confidence >= leastConfidenceAlone &&
  asks === undefined &&
  risk !== "high";

/** What would have been proposed, for a person to do or to commit. */
const described = async (
  ports: Using,
  settings: Settings,
  scene: Scene,
  choice: Chosen,
  keeper: string | null,
): Promise<string> => {
  const { redact } = settings;
  const change = await readChange(ports.cluster, scene.live, draftOf(scene, choice));
  const diff =
    change.kind === "moved"
      ? redact(change.why)
      : unifiedDiff(redact(scene.live), redact(outcomeOf(scene.live, change)));
  const { command, undo, effect } = shownOf(settings, choice.draft);
  const shown = ["```diff", diff, "```"];
  // A command against the cluster would be the direct write that its source takes back.
  if (keeper !== null)
    return [
      `Commit this change at its source, ${keeper}: ${effect}`,
      ...shown,
      "To take it back: revert the commit",
    ].join("\n");
  return [`Type this: ${effect}`, "```", command, "```", ...shown, `To take it back: \`${undo.command}\``].join("\n");
};

/** What would be there afterwards, computed here. */
const outcomeOf = (live: KubeObject, change: Exclude<Change, { kind: "moved" }>): KubeObject | null => {
  switch (change.kind) {
    case "patch":
      return patched(live, change.patch);
    case "delete":
      return null;
    case "create":
      return change.object;
  }
};

const none = (why: string, recommendation: string): Plan => ({ kind: "none", why, recommendation });
