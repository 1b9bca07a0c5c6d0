import { type Cost, noCost } from "../incident/cost.ts";
import type { Diagnosis, Struck } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Incident, ModelReading, Update } from "../incident/incident.ts";
import type { Clock } from "../ports/clock.ts";
import type { Model, ModelReply, ModelRequest, ToolSpec } from "../ports/model.ts";
import { mostTokens, mostUsd } from "../ports/model-most.ts";
import { PortError } from "../ports/port-error.ts";
import { free } from "../ports/within-day.ts";
import type { Judgement } from "../rules/index.ts";
import type { Budget } from "./budget.ts";
import { promptVersion } from "./diagnose.prompt.ts";
import { readCalls } from "./diagnose-calls.ts";
import { type Ground, readConclusion } from "./diagnose-conclusion.ts";
import { digestOf, nothingRead, type Shown } from "./diagnose-digest.ts";
import { requestFor } from "./diagnose-prompt.ts";
import type { Result } from "./diagnose-result.ts";
import { turnNow } from "./diagnose-spending.ts";
import { clipped, evened } from "./diagnose-text.ts";
import { charged, handedUp, onlyAsked, whyHandUp } from "./diagnose-tiers.ts";
import { unknownBecause } from "./diagnose-unknown.ts";

const maxNotes = 8;
const maxHeld = 3;
const longestNote = 300;
/** Told after a reply that brought nothing; a second one in a row ends the investigation. */
const nothingUsable = "It brought nothing usable. Call one of the tools, or conclude.";

export interface Case {
  incident: Incident;
  evidence: readonly Evidence[];
  judgement: Judgement;
  now: string;
  /** Tools of other servers that may be asked now. */
  offered: readonly ToolSpec[];
}

type Answer =
  | { kind: "reply"; reply: ModelReply }
  | { kind: "failed"; why: string; again: boolean; worked: boolean }
  | { kind: "spent"; why: string };

const askModel = async (model: Model, request: ModelRequest): Promise<Answer> => {
  try {
    return { kind: "reply", reply: await model.reply(request) };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const why = `the model could not be asked (${error.reason}): ${error.message}`;
    if (error.reason === "over-budget") return { kind: "spent", why };
    return { kind: "failed", why, again: error.retryable, worked: !free.has(error.reason) };
  }
};

/** A call that failed is a call, too. Nobody says what it took: what may have been worked for counts as its most. */
const costOf = (answer: Answer, seconds: number, request: ModelRequest, { prices }: Budget): Cost => {
  if (answer.kind === "reply") return answer.reply.cost;
  const failed = { ...noCost, calls: 1, seconds };
  if (answer.kind !== "failed" || !answer.worked || prices === undefined) return failed;
  const usd = mostUsd(request, prices[request.tier ?? "strong"]);
  const most = mostTokens(request);
  return {
    ...failed,
    inputTokens: most.input,
    outputTokens: most.output,
    usd,
    estimated: 1,
  };
};

const endings: Record<ModelReply["finish"], string> = {
  tools: "the model called no tool that exists",
  stop: "the model answered in prose",
  length: "the model's answer was cut off",
  refused: "the model refused to answer",
  other: "the model's answer could not be read",
};

const note = (text: string): string => clipped(evened(text), longestNote);

const unknownFor = ({ evidence, judgement }: Case, reasons: string[], struck: Struck[] = []): Diagnosis =>
  unknownBecause(reasons, evidence, judgement.candidates, {
    prompt: promptVersion,
    ...(struck.length > 0 ? { struck } : {}),
  });

const concluded = (args: unknown, round: Case, ground: Ground, model: Model): Result => {
  const reading = readConclusion(args, ground);
  switch (reading.kind) {
    case "cause":
      return { kind: "done", diagnosis: reading.cause };
    case "unknown": {
      const reasons = reading.missing.length > 0 ? reading.missing : ["the model named nothing that is missing"];
      return { kind: "done", diagnosis: unknownFor(round, [`the model ${model.name} found no cause`, ...reasons]) };
    }
    case "invalid": {
      const why = `the model's conclusion does not hold: ${reading.problems.join("; ")}`;
      return {
        kind: "nothing",
        why,
        notes: reading.problems.map((problem) => `conclude was refused: ${problem}`),
        again: true,
        struck: reading.struck,
        ...(reading.told && { told: reading.told }),
      };
    }
  }
};

const resultOf = (answer: Answer, round: Case, ground: Ground, model: Model): Result => {
  if (answer.kind === "spent") return { kind: "nothing", why: answer.why, notes: [], again: false, spent: true };
  if (answer.kind === "failed") return { kind: "nothing", why: answer.why, notes: [], again: answer.again };
  const { reply } = answer;
  const conclusion = reply.calls.find(({ name }) => name === "conclude");
  if (conclusion) return concluded(conclusion.args, round, ground, model);
  const { reading = nothingRead } = round.incident;
  const { questions, opened, notes } = readCalls(reply, { ...round, reading });
  if (questions.length > 0 || opened.length > 0) return { kind: "more", questions, opened, notes };
  const asked =
    notes.length > 0 ? `nothing the model asked for can be asked: ${notes.join("; ")}` : endings[reply.finish];
  return { kind: "nothing", why: asked, notes, again: true };
};

/** What was shown at the first look stays known by id; what was opened stays open. */
const readingAfter = ({ reading }: Incident, { full }: Shown, opened: readonly string[]): ModelReading => ({
  shown: reading !== undefined && reading.shown.length > 0 ? reading.shown : full,
  opened: [...(reading?.opened ?? []), ...opened],
});

const heldIn = ({ told = [] }: Extract<Result, { kind: "nothing" }>): string[] =>
  told.map((claim) => `of no listed class, in the model's words: ${claim}`);

const updateFrom = (result: Result, round: Case, shown: Shown, last: boolean): Update => {
  const end = (diagnosis: Diagnosis): Update => ({ diagnosis, questions: [], modelNotes: [] });
  switch (result.kind) {
    case "done":
      return end(result.diagnosis);
    case "more": {
      if (last) return end(unknownFor(round, ["the model asked for more when it had to conclude"]));
      return {
        diagnosis: null,
        questions: result.questions,
        modelNotes: result.notes.slice(0, maxNotes).map(note),
        reading: readingAfter(round.incident, shown, result.opened),
      };
    }
    case "nothing": {
      const twice = round.incident.modelNotes.includes(nothingUsable);
      if (last || twice || !result.again)
        return end(unknownFor(round, [clipped(evened(result.why), 2 * longestNote), ...heldIn(result)], result.struck));
      return {
        diagnosis: null,
        questions: [],
        modelNotes: [nothingUsable, ...result.notes.slice(0, maxNotes).map(note)],
      };
    }
  }
};

/** The strong model starts afresh: with what the cheap one still wanted to know, without what that was told or has read. */
const handUp = (result: Result, cost: Cost): Update => ({
  diagnosis: null,
  questions: result.kind === "more" ? result.questions : [],
  modelNotes: [],
  reading: nothingRead,
  cost,
});

/** One round with the model: one call, which ends in a diagnosis or in what to do next. Always within the budget. */
export const askedModel = async (model: Model, clock: Clock, budget: Budget, round: Case): Promise<Update> => {
  const { incident, evidence, judgement, now } = round;
  const held = judgement.candidates.slice(0, maxHeld).flatMap((one) => one.evidence);
  const alerts = incident.alerts.map(({ name }) => name);
  const shown = digestOf(evidence, incident.subject, now, { reading: incident.reading ?? nothingRead, held, alerts });
  const { sections, text } = shown;
  const about = { incident, now, evidence: text, candidates: judgement.candidates, offered: round.offered };
  const turn = turnNow(incident, requestFor({ ...about, last: false }), model, budget);
  if (turn.kind === "spent")
    return {
      diagnosis: unknownFor(round, [turn.why]),
      questions: [],
      modelNotes: [],
      cost: onlyAsked(incident.cost),
    };
  const { tier, last } = turn;
  const began = clock.now().getTime();
  const request = { ...requestFor({ ...about, last }), ...(tier === "triage" ? { tier } : {}) };
  const answer = await askModel(model, request);
  const seconds = (clock.now().getTime() - began) / 1000;
  // Where the day's budget had no room, nothing was asked.
  const cost =
    answer.kind === "spent"
      ? onlyAsked(incident.cost)
      : charged(incident.cost, model, tier, costOf(answer, seconds, request, budget));
  const result = resultOf(answer, round, { incident, evidence, sections, judgement, now }, model);
  const up = tier === "triage" && !last ? whyHandUp(result, cost) : null;
  if (up !== null) return handUp(result, handedUp(cost, model, clipped(evened(up), longestNote)));
  return { ...updateFrom(result, round, shown, last), cost };
};
