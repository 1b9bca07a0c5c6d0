import type { Finding } from "../../incident/diagnosis.ts";
import type { Evidence } from "../../incident/evidence.ts";
import { type FaultClass, isControl } from "../../incident/fault-classes.ts";
import { unreadableIn, unreadableText } from "../../incident/readable.ts";
import { quote } from "../finding.ts";
import type { World } from "../world/world.ts";
import type { Remark } from "./remarks.ts";

/** What most rules rest on; a budget or an ingress that could not be read changes few verdicts. */
const central = new Set([
  "Pod",
  "Event",
  "ReplicaSet",
  "Deployment",
  "StatefulSet",
  "Service",
  "EndpointSlice",
  "Node",
]);
const refusals = new Set([
  "forbidden",
  "unauthorized",
  "timeout",
  "unreachable",
  "rate-limited",
  "too-large",
  "failed",
]);

/** Why all of it, or the rest of it, could not be asked for. */
const refusalOf = ({ answer }: Evidence): string | null => {
  if (answer.kind === "could-not-ask") return answer.reason;
  return answer.kind === "found" && answer.body.kind === "objects" ? (answer.body.unread ?? null) : null;
};

const isGap = (evidence: Evidence): boolean => {
  const { question } = evidence;
  const counts =
    question.ask === "list" || question.ask === "get" ? central.has(question.kind) : question.ask === "events";
  return counts && refusals.has(refusalOf(evidence) ?? "");
};

export const gapsIn = (world: World): Evidence[] => world.evidence.filter(isGap);

/** Each thing that could not be asked takes a little; what was seen stays seen, so a certain cause stays certain. */
export const lessSure = (confidence: number, gaps: number, least: number): number =>
  gaps === 0 ? confidence : Math.max(Math.min(confidence, least), confidence - 0.03 * Math.min(gaps, 5));

export const unsaid = (gaps: readonly Evidence[]): Remark | null => {
  const [first] = gaps;
  if (first === undefined) return null;
  const part = first.answer.kind === "found" ? "the rest of " : "";
  const more = gaps.length > 1 ? ` and ${gaps.length - 1} more` : "";
  return {
    words: `Not everything could be asked (${refusalOf(first)}: ${part}${first.command.slice(0, 120)}${more}), so another cause may hide there.`,
    evidence: gaps.slice(0, 5).map(({ id }) => id),
  };
};

/** They rest on a word that the object or the alert itself gives, and on nothing that is absent. */
const ownWord: ReadonlySet<FaultClass> = new Set(["control-job-pod-finished", "control-watchdog"]);

const aboutNodes = ({ question }: Evidence): boolean => "kind" in question && question.kind === "Node";

/** What would show that the object is not well was not seen. */
const mayHide = (world: World, { object }: Finding, failed: readonly string[]): boolean =>
  failed.length > 0 ||
  gapsIn(world).some((gap) => object.kind === "Node" || !aboutNodes(gap)) ||
  unreadableIn(world.evidence).some(
    ({ object: { kind, namespace } }) =>
      (kind === "" || central.has(kind)) && (namespace === null || namespace === object.namespace),
  ) ||
  world.podsOf(object).some(({ status }) => !status?.phase && !status?.conditions && !status?.containerStatuses);

/** That nothing is wrong is said of what was not found: only whoever has seen all there is can be sure of it. */
export const wellAsFarAsSeen = (world: World, well: Finding, failed: readonly string[]): Finding =>
  !ownWord.has(well.class) && isControl(well.class) && mayHide(world, well, failed)
    ? { ...well, confidence: Math.min(well.confidence, 0.8) }
    : well;

const mostUnjudged = 5;

/** Objects that could not be read, and looks that failed: what is behind them nobody has judged. */
export const unjudgedIn = (world: World, failed: readonly string[]): string[] => {
  const all = [...new Set([...unreadableIn(world.evidence).map(({ object }) => unreadableText(object)), ...failed])];
  const rest = all.length - mostUnjudged;
  return rest > 0 ? [...all.slice(0, mostUnjudged), `${rest} more could not be judged`] : all;
};

export const unjudged = (world: World, failed: readonly string[]): Remark | null => {
  const all = unjudgedIn(world, failed);
  return all.length === 0
    ? null
    : {
        words: `Not everything that was read could be judged: ${all.map((one) => quote(one, 240)).join("; ")}.`,
        evidence: [...new Set(unreadableIn(world.evidence).map(({ id }) => id))].slice(0, 5),
      };
};
