import type { Evidence } from "../incident/evidence.ts";
import type { Incident, Update } from "../incident/incident.ts";
import { type Question, questionKey } from "../incident/question.ts";
import { inParallel } from "../ports/in-parallel.ts";
import type { Ports } from "../ports/index.ts";
import { askWorld } from "../tools/ask.ts";
import { firstLook, secondLook } from "./sweep.ts";
import { keptQuestions } from "./sweep-kept.ts";

/** All of a usual round at once: a sweep then lasts as long as its longest chain of questions that need each other. */
const atOnce = 32;
/** A whole round may take no longer, however many questions it has; what is left then could not be asked. */
const roundMs = 60_000;
const maxQuestions = 60;

type World = Pick<Ports, "cluster" | "metrics" | "bookshelf" | "sources" | "archive" | "clock"> &
  Partial<Pick<Ports, "logs" | "memory">>;
type AskAll = (questions: readonly Question[]) => Promise<Evidence[]>;

/** Each wave is kept as soon as it is there. */
const askAll = ({ archive, ...world }: World): AskAll => {
  const ask = askWorld(world);
  const deadline = AbortSignal.timeout(roundMs);
  return async (questions) => {
    const evidence = await inParallel(atOnce, questions, (question) => ask(question, deadline));
    await archive.keep(evidence);
    return evidence;
  };
};

const sweep = async (world: World, { subject, alerts }: Incident, ask: AskAll): Promise<Evidence[]> => {
  const first = await ask(firstLook(subject));
  const known = new Set(first.map(({ question }) => questionKey(question)));
  const second = secondLook(subject, alerts, first, { metrics: world.metrics !== null });
  return [...first, ...(await ask(second.filter((question) => !known.has(questionKey(question)))))];
};

/** Where logs are kept beside the kubelet, what it could not tell is asked there, without anybody having to say so. */
const keptFor = async (
  { logs = null }: World,
  { subject, alerts }: Incident,
  { fresh, before }: { fresh: readonly Evidence[]; before: readonly Evidence[] },
  ask: AskAll,
): Promise<Evidence[]> => {
  if (logs === null) return [];
  const known = new Set([...before, ...fresh].map(({ question }) => questionKey(question)));
  const questions = keptQuestions(subject, alerts, fresh).filter((question) => !known.has(questionKey(question)));
  return questions.length > 0 ? ask(questions) : [];
};

/** The single questions that have no answer yet. */
const unasked = (questions: readonly Question[], before: readonly Evidence[]): Question[] => {
  const asked = new Set(before.map(({ question }) => questionKey(question)));
  const fresh = new Map(questions.filter(({ ask }) => ask !== "sweep").map((one) => [questionKey(one), one]));
  return [...fresh].filter(([key]) => !asked.has(key)).map(([, question]) => question);
};

/** Asks the world what is on the list, and keeps what came back. A sweep always looks afresh: the world moves on. */
export const gather =
  (world: World) =>
  async (incident: Incident): Promise<Update> => {
    const ask = askAll(world);
    const before = await world.archive.open(incident.evidence);
    const swept = incident.questions.some(({ ask }) => ask === "sweep") ? await sweep(world, incident, ask) : [];
    const single = unasked(incident.questions, [...before, ...swept]).slice(0, maxQuestions);
    const fresh = [...swept, ...(single.length > 0 ? await ask(single) : [])];
    const found = [...fresh, ...(await keptFor(world, incident, { fresh, before }, ask))];
    return {
      evidence: [...new Set([...incident.evidence, ...found.map(({ id }) => id)])],
      questions: [],
      lookAgainAt: null,
      rounds: incident.rounds + 1,
    };
  };
