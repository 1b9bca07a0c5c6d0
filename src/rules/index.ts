import type { Alert } from "../incident/alert.ts";
import type { Cause, Finding } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import { type Question, questionKey } from "../incident/question.ts";
import { isUnread, type ObjectRef } from "../incident/subject.ts";
import { actor } from "./around/actor.ts";
import { toldOf } from "./around/change.ts";
import { changesOf } from "./around/changes.ts";
import { gapsIn, lessSure, unjudged, unjudgedIn, unsaid, wellAsFarAsSeen } from "./around/gaps.ts";
import { gathering } from "./around/gathers.ts";
import { located } from "./around/located.ts";
import { inWordsOf } from "./around/own-words.ts";
import { reachOf, rootedAt, targets } from "./around/reach.ts";
import { injected, misdirected, putBack } from "./around/remarks.ts";
import { type Attempts, attempts, type Heard } from "./attempts.ts";
import { certainFrom } from "./certain.ts";
import { between } from "./chain.ts";
import { platformQuestions } from "./control-plane/platform.ts";
import { controls } from "./controls/health.ts";
import { awaitedCauses } from "./network/awaited.ts";
import { ranked } from "./rank.ts";
import { blocksSomebody } from "./rollout/disruption.ts";
import type { RuleSet } from "./rule-set.ts";
import { rules } from "./table.ts";
import { clock } from "./world/containers.ts";
import { keyOf, refOf } from "./world/objects.ts";
import { type World, worldOf } from "./world/world.ts";

export interface Look {
  readonly evidence: readonly Evidence[];
  /** `guessed` when the object that the alert is about was not found. */
  readonly subject: ObjectRef & { readonly guessed?: boolean };
  readonly alerts: readonly Alert[];
  readonly now: string;
}

export interface Judgement {
  readonly certain: Cause | null;
  readonly candidates: Finding[];
  readonly wants: Question[];
  /** What was read and could not be judged, a sentence each. */
  readonly unjudged?: readonly string[];
}

const mostWants = 40;

const seenIn = (world: World, among: RuleSet, { attempt }: Attempts): Finding[] =>
  Object.entries(among).flatMap(([name, rule]) =>
    attempt("what one of the rules looks for", () => rule(world), [], name),
  );

const askedIn = (evidence: readonly Evidence[]): ReadonlySet<string> =>
  new Set(evidence.map(({ question }) => questionKey(question)));

/** Everything that is wrong in what was seen: one finding per object and class, the cause first. */
export const scan = (evidence: readonly Evidence[], now: string): Finding[] =>
  ranked(seenIn(worldOf(evidence, now), rules, attempts()), askedIn(evidence));

const touches = (subject: ObjectRef, { object, related }: Finding): boolean =>
  [object, ...related].some((ref) => keyOf(ref) === keyOf(subject));

/** What is on the subject or names it comes before what is only near it. */
const about = (world: World, { subject }: Look, findings: readonly Finding[]): Finding[] => {
  // Nobody knows what it is about: no finding explains it.
  if (isUnread(subject)) return [];
  if (subject.kind === "Namespace") return findings.filter(({ object }) => object.namespace === subject.name);
  if (subject.kind === "Cluster") return [...findings];
  const reach = reachOf(world, subject);
  const own = findings.filter((one) => touches(subject, one));
  const near = findings.filter((one) => !own.includes(one) && reach.has(keyOf(one.object)));
  return [...own, ...near];
};

/** Causes that lie outside of any one workload: two victims are one trouble. */
const shared: ReadonlySet<FaultClass> = new Set([
  "image-registry-unreachable",
  "image-pull-rate-limited",
  "insufficient-cpu-or-memory",
  "quota-exceeded",
  "admission-webhook-down",
  "admission-webhook-cert-untrusted",
  "volume-mount-failed",
  "node-pressure-eviction",
]);

const isWorkload = ({ kind }: ObjectRef): boolean => /^(Deployment|StatefulSet|DaemonSet|Job|CronJob)$/.test(kind);

const widespread = (finding: Finding, all: readonly Finding[]): boolean => {
  const causes = new Set(finding.related.filter((ref) => !isWorkload(ref)).map(keyOf));
  const siblings = all.filter((one) => one.class === finding.class && keyOf(one.object) !== keyOf(finding.object));
  return (
    finding.related.filter(isWorkload).length > 1 ||
    siblings.some((one) => shared.has(one.class) || one.related.some((ref) => causes.has(keyOf(ref))))
  );
};

const alertTime = ({ alerts, now }: Look): number =>
  Math.min(clock(now), ...alerts.map(({ startsAt }) => clock(startsAt)).filter((time) => time > 0));

const causeFrom = (
  world: World,
  look: Look,
  finding: Finding,
  near: readonly Finding[],
  all: readonly Finding[],
  tries: Attempts,
): Cause => {
  const { wants: _, ...rest } = finding;
  const { attempt } = tries;
  const about = [look.subject, finding.object, ...finding.related];
  const changes = attempt("what changed before", () => changesOf(world, about, alertTime(look)), []);
  const gaps = gapsIn(world);
  const gathers = attempt("what else suffers", () => gathering(world, look.subject, finding, all), null);
  const said = [
    unsaid(gaps),
    attempt("who changed it", () => actor(world, finding, changes), null),
    attempt("who puts it back", () => putBack(world, finding), null),
    // An owner that was guessed and is not there suffers from nothing.
    look.subject.guessed ? null : misdirected(finding, look.subject, look.alerts, between(all, look.subject, finding)),
    attempt("text that addresses an assistant", () => injected(world, look.subject), null),
  ];
  const remarks = [...said, unjudged(world, tries.failed())].filter((one) => one !== null);
  return {
    kind: "cause",
    ...rest,
    statement: [finding.statement, ...remarks.map(({ words }) => words)].join(" "),
    evidence: [...new Set([...finding.evidence, ...remarks.flatMap(({ evidence }) => evidence)])],
    confidence: lessSure(finding.confidence, gaps.length, certainFrom),
    by: "rules",
    scope: widespread(finding, all) || (gathers?.victims.length ?? 0) > 1 ? "widespread" : "isolated",
    alsoSeen: near.filter((one) => one !== finding).slice(0, 10),
    changes: toldOf(changes),
    ...(gathers === null ? {} : { gathers }),
  };
};

const sickPods = (world: World, subject: ObjectRef) =>
  world
    .podsOf(subject)
    .filter(({ status }) => !status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"));

/** Logs of the subject's sick containers that nobody has read yet. */
const unreadLogs = (world: World, subject: ObjectRef): Question[] =>
  sickPods(world, subject)
    .slice(0, 3)
    .flatMap((pod) =>
      (pod.status?.containerStatuses ?? [])
        .filter(({ name, restartCount = 0 }) => world.log(pod, name, restartCount > 0) === null)
        .map(({ name, restartCount = 0 }): Question => {
          const { namespace = "", name: podName } = { namespace: refOf(pod).namespace ?? "", name: pod.metadata.name };
          return { ask: "logs", namespace, pod: podName, container: name, previous: restartCount > 0, lines: 500 };
        }),
    );

const unasked = (evidence: readonly Evidence[], questions: readonly Question[]): Question[] => {
  const asked = askedIn(evidence);
  return [...new Map(questions.map((one) => [questionKey(one), one])).values()].filter(
    (one) => !asked.has(questionKey(one)),
  );
};

/** What would decide the findings that are not certain yet; asked once, then a second look is taken. */
export const wantsOf = (findings: readonly Finding[], evidence: readonly Evidence[]): Question[] =>
  unasked(
    evidence,
    findings.filter(({ confidence }) => confidence < certainFrom).flatMap(({ wants }) => wants),
  ).slice(0, mostWants);

/** Alerts that ask for what holds up the moving of pods. */
const aboutMoving = /disruption|pdb|evict|drain|upgrade/i;

/** A strict budget over well pods holds up a drain and nothing else: where none is held up and nobody asks about it, it is a remark. */
const aside = (world: World, { subject, alerts }: Look, { class: name, object }: Finding): boolean =>
  name === "pdb-blocks-disruption" &&
  object.kind !== subject.kind &&
  (!/^(Namespace|Cluster|Node)$/.test(subject.kind) ||
    !(blocksSomebody(world, object) || alerts.some((alert) => aboutMoving.test(alert.name))));

/** Alerts that fire by design. Intake drops them; one that comes all the same is no sickness. */
const byDesign = /^(Watchdog|InfoInhibitor)$/;

const watchdog = ({ alerts, subject, evidence }: Look): Finding[] => {
  const [first] = evidence;
  if (!first || alerts.length === 0 || !alerts.every(({ name }) => byDesign.test(name))) return [];
  return [
    {
      class: "control-watchdog",
      object: { kind: subject.kind, namespace: subject.namespace, name: subject.name },
      statement: `${alerts[0]?.name} fires by design, to show that alerts get through: nothing is wrong.`,
      evidence: [first.id],
      confidence: 0.97,
      disproof: "an alert of another name fires on the same object",
      related: [],
      wants: [],
    },
  ];
};

/** A healthy subject with text that tries to steer whoever reads it: flagged, and still nothing to do. */
const flagged = (world: World, subject: ObjectRef, findings: readonly Finding[]): Finding[] =>
  findings.map((one) =>
    one.class === "control-healthy" && injected(world, subject) !== null
      ? { ...one, class: "control-prompt-injection" as const }
      : one,
  );

/** What it may only wait for stays a candidate: no control is certain beside one. */
const awaited = (world: World, subject: ObjectRef, all: readonly Finding[], near: readonly Finding[]): Finding[] =>
  awaitedCauses(world, subject, all)
    .filter((one) => !near.some(({ class: name, object }) => name === one.class && keyOf(object) === keyOf(one.object)))
    .map((one) => ({ ...one, confidence: 0.8 }));

/** The cause of the subject's sickness where the evidence names one; otherwise what it may be and what would decide. */
export const diagnoseByRules = (asked: Look, among: RuleSet = rules, heard?: Heard): Judgement => {
  const world = worldOf(asked.evidence, asked.now);
  const tries = attempts(heard);
  const look = { ...asked, subject: rootedAt(world, asked.subject) };
  const seen = seenIn(world, among, tries);
  const all = ranked(seen, askedIn(look.evidence));
  const told = located(look.subject, about(world, look, all))
    .map((one) => inWordsOf(look.subject, one, seen))
    .map((one) => (aside(world, look, one) ? { ...one, confidence: Math.min(one.confidence, 0.6) } : one));
  const near = [...told, ...tries.attempt("what it waits for", () => awaited(world, look.subject, all, told), [])];
  const fine = () =>
    flagged(
      world,
      look.subject,
      [look.subject, ...targets(world, look.subject)].flatMap((ref) => controls(world, ref, look.alerts.length > 0)),
    ).map((one) => wellAsFarAsSeen(world, one, tries.failed()));
  const silenced = watchdog(look);
  const weighed = near.filter((one) => !aside(world, look, one));
  const [first = null] =
    silenced.length > 0
      ? silenced
      : weighed.length > 0
        ? weighed.filter(({ confidence }) => confidence >= certainFrom)
        : isUnread(look.subject)
          ? []
          : fine();
  const certain = first && first.confidence >= certainFrom ? causeFrom(world, look, first, near, all, tries) : null;
  const wants = certain
    ? []
    : [...near.flatMap((one) => one.wants), ...platformQuestions(look.alerts), ...unreadLogs(world, look.subject)];
  const left = unjudgedIn(world, tries.failed());
  return {
    certain,
    candidates: near,
    wants: unasked(look.evidence, wants).slice(0, mostWants),
    ...(left.length > 0 && { unjudged: left }),
  };
};
