import { noCost } from "../incident/cost.ts";
import type { Decision } from "../incident/decision.ts";
import type { Answer, Evidence } from "../incident/evidence.ts";
import type { Incident } from "../incident/incident.ts";
import type { Question } from "../incident/question.ts";
import type { Changes } from "../incident/replay.ts";
import type { TapedCall, Visit } from "../incident/tape.ts";
import type { DiagnoseByRules } from "../nodes/diagnose.ts";
import type { RunbookQuery } from "../ports/bookshelf.ts";
import type { Lexicon } from "../ports/lexicon.ts";
import { PortError } from "../ports/port-error.ts";
import { diagnoseByRules } from "../rules/index.ts";
import { rulesWithout } from "../rules/rule-set.ts";
import { parsePages } from "../runbooks/parse.ts";
import { bookshelf } from "../runbooks/search.ts";
import { askWorld } from "../tools/ask.ts";
import { type Override, player } from "./play.ts";
import type { Recording } from "./recording.ts";

type Of<Key extends string> = Extract<Changes, Record<Key, unknown>>[Key &
  keyof Extract<Changes, Record<Key, unknown>>];

/** What a port would have returned for this answer. */
const returnedFor = (question: Question, answer: Answer): unknown => {
  if (answer.kind === "could-not-ask") throw new PortError("what-if", answer.reason, answer.message);
  const body = answer.kind === "found" ? answer.body : null;
  switch (question.ask) {
    case "get":
      return body?.kind === "objects" ? (body.objects[0] ?? null) : null;
    case "list":
      return body?.kind === "objects" ? body : { objects: [], truncated: false };
    case "names":
      return body?.kind === "names" ? body.names : [];
    case "logs":
    case "kept-logs":
      return body?.kind === "log" ? { text: body.text, truncated: body.truncated } : null;
    case "metric":
      return body?.kind === "series" ? body.series : [];
    case "source":
      return body?.kind === "text" ? { text: body.text, truncated: false } : null;
    case "sweep":
    case "past":
    case "runbooks":
      throw new Error(`evidence of "${question.ask}" cannot be replaced; change the runbooks instead`);
  }
};

const callFor: Partial<Record<Question["ask"], string>> = {
  get: "cluster.get",
  list: "cluster.list",
  names: "cluster.names",
  logs: "cluster.logs",
  "kept-logs": "logs.logs",
  source: "sources.ask",
};

const callOf = (question: Question): string => {
  if (question.ask === "metric") return question.minutes === 0 ? "metrics.instant" : "metrics.range";
  return callFor[question.ask] ?? "none";
};

/** Would this one recorded call have become that piece of evidence? Asked with the code that asks. */
const becomes = async (visit: Visit, call: TapedCall, { question, id }: Evidence): Promise<boolean> => {
  const { enter, ports } = player({ tape: [{ ...visit, calls: [call] }], strict: true });
  enter(visit.node, null);
  const asked = await askWorld(ports)(question).catch(() => null);
  return asked?.id === id;
};

const evidenceInstead = async ({ tape, evidence }: Recording, changes: Of<"evidence">): Promise<Override> => {
  const [[id, answer] = ["", undefined]] = Object.entries(changes);
  const original = evidence.find((one) => one.id === id);
  if (original === undefined || answer === undefined) throw new Error(`the incident has no evidence ${id}`);
  const replaced = new Set<TapedCall>();
  for (const visit of tape) {
    for (const call of visit.calls.filter((one) => one.call === callOf(original.question))) {
      if (await becomes(visit, call, original)) replaced.add(call);
    }
  }
  if (replaced.size === 0) throw new Error(`the question of evidence ${id} is not on the tape`);
  return (_call, _args, taken) =>
    taken !== undefined && replaced.has(taken) ? returnedFor(original.question, answer) : undefined;
};

const modelInstead = ({ calls, text }: Of<"modelAnswer">): Override => {
  let answered = false;
  return (call) => {
    if (call !== "model.reply" || answered) return undefined;
    answered = true;
    const finish = calls.length > 0 ? "tools" : "stop";
    return { calls: calls.map(({ name, args }) => ({ name, args: args ?? {} })), text, finish, cost: noCost };
  };
};

const shelfInstead = (pages: Of<"runbooks">, lexicon: Lexicon | null): Override => {
  const files = Object.entries(pages).map(([path, text]) => ({ path, text }));
  // As they are searched live, but for a model: a replay asks nobody.
  const shelf = bookshelf(parsePages(files).pages, { lexicon, meaning: null, note: () => undefined });
  return (call, [query, limit]) =>
    call === "bookshelf.search" ? shelf.search(query as RunbookQuery, Number(limit)) : undefined;
};

/** What answers instead of the tape; null: the tape alone. */
export const overrideFor = async (
  recording: Recording,
  changes: Changes,
  lexicon: () => Promise<Lexicon | null>,
): Promise<Override | null> => {
  if ("evidence" in changes) return evidenceInstead(recording, changes.evidence);
  if ("modelAnswer" in changes) return modelInstead(changes.modelAnswer);
  if ("runbooks" in changes) return shelfInstead(changes.runbooks, await lexicon());
  return null;
};

/** The rules that would have judged; undefined: those of today. */
export const judgeInstead = (changes: Changes): DiagnoseByRules | undefined => {
  if (!("rules" in changes)) return undefined;
  const left = rulesWithout(changes.rules.without);
  return (look) => diagnoseByRules(look, left);
};

/** The same answer to each question, whoever answered it then, or nobody. */
export const decisionInstead =
  ({ kind, by, why }: Of<"decision">, { at }: { at: string }) =>
  ({ plan }: Incident): Decision => {
    const planHash = plan?.kind === "actions" ? plan.hash : "";
    switch (kind) {
      case "approved":
        return { kind, planHash, by, at };
      case "rejected":
        return { kind, planHash, by, at, why };
      case "expired":
        return { kind, planHash, at };
      case "void":
        return { kind, planHash, at, why: why ?? "" };
    }
  };
