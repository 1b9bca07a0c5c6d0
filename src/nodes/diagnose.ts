import { type Evidence, keptLogs } from "../incident/evidence.ts";
import { isControl } from "../incident/fault-classes.ts";
import type { Incident, Update } from "../incident/incident.ts";
import type { KubeEvent } from "../incident/kube.ts";
import { refText, type Subject, sameObject } from "../incident/subject.ts";
import { isoNow } from "../ports/clock.ts";
import type { Ports } from "../ports/index.ts";
import type { Judgement, Look } from "../rules/index.ts";
import { toolsOf } from "../tools/source.ts";
import { isBeyondState, isChangedUnderUs, isStillToBeSeen } from "./beyond-state.ts";
import type { Budget } from "./budget.ts";
import { changedNow } from "./changed-now.ts";
import { askedModel } from "./diagnose-model.ts";
import { unknownBecause } from "./diagnose-unknown.ts";
import { candidatesByMemory, isWorthAsking, pastOf, recall } from "./remembered.ts";

export type DiagnoseByRules = (look: Look) => Judgement;

/** Rules that see nothing: with them a model is measured by itself. */
export const silentRules: DiagnoseByRules = () => ({ certain: null, candidates: [], wants: [] });

/** The object an alert was about may be deleted by the time it is looked at: then there is nothing to judge. */
const isGone = (subject: Subject, evidence: readonly Evidence[]): boolean =>
  evidence.some(
    ({ question, answer }) => question.ask === "get" && sameObject(question, subject) && answer.kind === "no-data",
  );

/** Somebody spoke of it within the hour that events are kept: then it was there. */
const wasThere = ({ kind, namespace, name }: Subject, evidence: readonly Evidence[]): boolean =>
  evidence.some(
    ({ answer }) =>
      answer.kind === "found" &&
      answer.body.kind === "objects" &&
      answer.body.objects.some((one) => {
        const about = (one as KubeEvent).involvedObject;
        const owner = one.metadata.ownerReferences?.some((ref) => ref.kind === kind && ref.name === name) === true;
        return owner || (about?.kind === kind && about.name === name && (about.namespace ?? null) === namespace);
      }),
  );

const whyGone = (subject: Subject, evidence: readonly Evidence[]): string =>
  wasThere(subject, evidence) || keptLogs(evidence).length > 0
    ? `${refText(subject)} does not exist any more: it was deleted, and the alert is older than that or watches what is gone`
    : `${refText(subject)} does not exist, and nothing that was read tells that it ever did: it was deleted more than an hour ago, or the alert names an object that never was (a wrong name, namespace or cluster)`;

/** Somebody changed it under our hands, and nothing is seen yet: as between two edits of one person. */
const isUnsettled = ({ candidates, wants }: Judgement, { alerts, outcomes }: Incident): boolean =>
  candidates.length === 0 &&
  wants.length === 0 &&
  isChangedUnderUs({ outcomes }) &&
  alerts.some(({ status }) => status === "firing");

/**
 * A rollout that may never end, or health that may not last, is what is suspected, not what is known. Null: to look again is worth more than to say so.
 * Half of the rounds go there at most, for what else there is to ask needs some, too.
 */
const soberly = (judged: Judgement, incident: Incident, { rounds }: Budget): Judgement | null => {
  const { certain } = judged;
  if (certain === null && isUnsettled(judged, incident)) return 2 * incident.rounds < rounds ? null : judged;
  if (certain === null || !isStillToBeSeen(certain, incident)) return judged;
  if (2 * incident.rounds < rounds) return null;
  return { ...judged, certain: null, candidates: suspectsOf(judged) };
};

const patience = 30_000;
/** What moves gets longer from look to look, five minutes in all: the incident's deadline pages whatever this waits for. */
const nextLook = (now: string, rounds: number): string => new Date(Date.parse(now) + rounds * patience).toISOString();

const suspectsOf = ({ certain, candidates }: Judgement): Judgement["candidates"] =>
  certain === null ? candidates : [{ ...certain, wants: [] }, ...candidates];

const whyUnmatched = (
  { certain, candidates }: Judgement,
  { outcomes, subject }: Incident,
  evidence: readonly Evidence[],
): string => {
  if (certain !== null)
    return "the state of the object is well, and the alert that still fires is about something else";
  if (candidates[0]?.class === "control-rollout-in-progress")
    return "the rollout still moves, and whether it gets to its end is not known: it was said to be stuck, or was changed while a change of it was being made";
  if (candidates[0] !== undefined && isControl(candidates[0].class) && isChangedUnderUs({ outcomes }))
    return "it looks well, but it was changed while a change of it was being made and its alert still fires: whether it stays well is not known";
  if (candidates.length === 0 && isChangedUnderUs({ outcomes })) return changedNow(subject, evidence);
  return candidates.length === 0 ? "no rule matches what was seen" : "no rule is certain of what was seen";
};

const whyUnknown = (judgement: Judgement, incident: Incident, evidence: readonly Evidence[]): string[] => [
  "no model configured; rules only",
  whyUnmatched(judgement, incident, evidence),
  ...(judgement.unjudged ?? []),
];

/**
 * Names the cause, or asks for what would decide it, or says what is missing. Rules first: what they are certain of no
 * model is asked about. Never touches the world; one call of the model at most.
 */
export const diagnose =
  (
    {
      archive,
      clock,
      model,
      memory,
      sources,
    }: Pick<Ports, "model" | "archive" | "clock" | "sources"> & Partial<Pick<Ports, "memory">>,
    budget: Budget,
    rules: DiagnoseByRules,
  ) =>
  async (incident: Incident): Promise<Update> => {
    const { subject, alerts, rounds } = incident;
    const evidence = await archive.open(incident.evidence);
    const now = isoNow(clock);
    const judgement = soberly(rules({ evidence, subject, alerts, now }), incident, budget);
    if (judgement === null)
      return { diagnosis: null, questions: [{ ask: "sweep" }], lookAgainAt: nextLook(now, rounds) };
    const { certain } = judgement;
    if (certain !== null && !isBeyondState(certain, alerts)) return { diagnosis: certain, questions: [] };
    const gone = isGone(subject, evidence) ? [whyGone(subject, evidence)] : [];
    if (gone.length > 0 && judgement.candidates.length === 0 && keptLogs(evidence).length === 0) {
      return { diagnosis: unknownBecause(gone, evidence, []), questions: [] };
    }
    if (judgement.wants.length > 0 && rounds < budget.rounds) return { diagnosis: null, questions: judgement.wants };
    const suspects = suspectsOf(judgement);
    const past = pastOf(incident, evidence, judgement.candidates);
    const similar = await recall(memory, past.fingerprint, past.classes);
    const candidates = candidatesByMemory(suspects, similar);
    const known = { ...judgement, candidates };
    if (model !== null) {
      if (isWorthAsking(similar, evidence) && rounds < budget.rounds) return { diagnosis: null, questions: [past] };
      const offered = await toolsOf(sources);
      return askedModel(model, clock, budget, { incident, evidence, judgement: known, now, offered });
    }
    return {
      diagnosis: unknownBecause([...gone, ...whyUnknown(known, incident, evidence)], evidence, candidates),
      questions: [],
    };
  };
