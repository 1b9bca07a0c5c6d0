import type { Evidence } from "../incident/evidence.ts";
import type { Incident, ModelReading } from "../incident/incident.ts";
import { type Question, questionKey } from "../incident/question.ts";
import type { ModelReply, ToolCall, ToolSpec } from "../ports/model.ts";
import { readCall } from "../tools/catalogue.ts";
import { Open, openSpec } from "../tools/open.ts";
import { completed } from "../tools/tool.ts";
import { scopeOf } from "./diagnose-scope.ts";
import { clipped } from "./diagnose-text.ts";

const maxQuestions = 6;
const maxOpened = 6;

/** What the calls of one reply come to. */
export interface Wanted {
  /** To be asked of the world. */
  questions: Question[];
  /** Ids of evidence that is to be shown again. */
  opened: string[];
  /** Why the others are not asked. */
  notes: string[];
}

interface Look {
  incident: Incident;
  evidence: readonly Evidence[];
  reading: ModelReading;
  /** Tools of other servers that may be asked now. */
  offered: readonly ToolSpec[];
}

type Read = { kind: "ask"; question: Question } | { kind: "open"; id: string } | { kind: "refused"; why: string };

const openAgain = (id: string, { evidence, reading }: Look): Read => {
  if (!evidence.some((one) => one.id === id))
    return { kind: "refused", why: `there is no evidence ${clipped(id, 20)}` };
  return reading.opened.includes(id)
    ? { kind: "refused", why: `that was asked before, ${id} is shown in full` }
    : { kind: "open", id };
};

const opening = ({ args }: ToolCall, look: Look): Read[] => {
  const parsed = Open.safeParse(completed(Open, args));
  if (!parsed.success || parsed.data.evidence.length === 0)
    return [{ kind: "refused", why: "say which evidence by id" }];
  return parsed.data.evidence.map((id) => openAgain(id, look));
};

/** The world is not asked the same twice: who asks again is shown the answer again, once. */
const asking = (call: ToolCall, look: Look): Read[] => {
  const asked = readCall(call, scopeOf(look.incident.subject, look.evidence), look.offered);
  if (asked.kind === "refused") return [asked];
  return asked.questions.map((question): Read => {
    const before = look.evidence.findLast((one) => questionKey(one.question) === questionKey(question));
    return before === undefined ? { kind: "ask", question } : openAgain(before.id, look);
  });
};

/** The questions the calls ask for, each once; what to show again; and why the rest is not asked. */
export const readCalls = ({ calls }: ModelReply, look: Look): Wanted => {
  const questions = new Map<string, Question>();
  const opened = new Set<string>();
  const notes: string[] = [];
  for (const call of calls) {
    for (const read of call.name === openSpec.name ? opening(call, look) : asking(call, look)) {
      if (read.kind === "ask") questions.set(questionKey(read.question), read.question);
      else if (read.kind === "open") opened.add(read.id);
      else notes.push(`${call.name} was refused: ${read.why}`);
    }
  }
  const left = questions.size - maxQuestions;
  if (left > 0) notes.push(`${left} questions were too many for one round`);
  return {
    questions: [...questions.values()].slice(0, maxQuestions),
    opened: [...opened].slice(0, maxOpened),
    notes,
  };
};
