import { noCost } from "../../src/incident/cost.ts";
import type { Incident } from "../../src/incident/incident.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import { diagnose } from "../../src/nodes/diagnose.ts";
import { gather } from "../../src/nodes/gather.ts";
import type { Model, ModelRequest, ToolCall } from "../../src/ports/model.ts";
import type { Case } from "./case.ts";
import { tokensIn } from "./tokens.ts";

export interface Played {
  tokens: number;
  rounds: number;
  /** Why it ended otherwise than with the cause; null: it did not. */
  wrong: string | null;
}

const heads = /\n(?=\[e[0-9a-f]{10}\])/;

const twin = /^[^\n]*: the same as (e[0-9a-f]{10})$/;

/** By id, what the prompt shows in full, there or under another id; of what is not there it shows that it is not. */
const shownIn = (user: string): Map<string, string> => {
  const sections = user.split(heads).flatMap((section) => {
    const [, id, rest = ""] = /^\[(e[0-9a-f]{10})\] ([\s\S]*)/.exec(section.replace(/\nNone of:[\s\S]*/, "")) ?? [];
    return id === undefined || /^[^\n]*\(folded\)/.test(rest) ? [] : [[id, rest] as const];
  });
  const none = /\nNone of: (.*)/.exec(user)?.[1] ?? "";
  const absent = [...none.matchAll(/\[(e[0-9a-f]{10})\] ([^,[]+)/g)].map(
    ([, id = "", label = ""]) => [id, label] as const,
  );
  const told = new Map([...absent, ...sections]);
  const textOf = (text: string): string => told.get(twin.exec(text.trim())?.[1] ?? "") ?? text;
  return new Map([...told].map(([id, text]) => [id, textOf(text)]));
};

/** The first words of a section: a quote that ends within a name or number is none. */
const quoteFrom = (section: string): string => {
  const [label = "", first] = section.split("\n");
  return /^.{0,60}(?!\S)/.exec((first ?? label).trim())?.[0] ?? "";
};

/** Concludes once it has read all that the cause rests on; until then it opens what is missing. */
const nextCall = ({ truth }: Case, { user }: ModelRequest): ToolCall => {
  const shown = shownIn(user);
  const missing = truth.evidence.filter((id) => !shown.has(id));
  if (missing.length > 0) return { name: "open", args: { evidence: missing } };
  const claims = truth.evidence.slice(0, 4).map((evidence) => ({
    text: `It is ${truth.class}.`,
    evidence,
    quote: quoteFrom(shown.get(evidence) ?? ""),
  }));
  const { class: name, object } = truth;
  return {
    name: "conclude",
    args: { outcome: "cause", class: name, object, claims, confidence: 0.9, disproof: null, missing: [] },
  };
};

/** Our own walk between `diagnose` and `gather`, rules silent, with a scripted good investigator. */
export const playOurs = async (one: Case): Promise<Played> => {
  let tokens = 0;
  let rounds = 0;
  const reply: Model["reply"] = async (request) => {
    tokens += tokensIn(request.system) + tokensIn(request.user) + tokensIn(JSON.stringify(request.tools));
    rounds += 1;
    return { calls: [nextCall(one, request)], text: "", finish: "tools", cost: { ...noCost, calls: 1 } };
  };
  const ports = { ...one.world, model: { name: "bench:good", reply } };
  const think = diagnose(ports, defaultBudget, () => ({ certain: null, candidates: [], wants: [] }));
  let incident: Incident = one.swept;
  while (incident.diagnosis === null) {
    incident = { ...incident, ...(await think(incident)) };
    if (incident.diagnosis === null) incident = { ...incident, ...(await gather(one.world)(incident)) };
  }
  const { diagnosis } = incident;
  const wrong = diagnosis.kind === "cause" ? null : (diagnosis.missing[0] ?? "unknown");
  return { tokens, rounds, wrong };
};
