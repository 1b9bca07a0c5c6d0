import type { Diagnosis } from "../../incident/diagnosis.ts";
import type { Incident } from "../../incident/incident.ts";

/** As sure as a person would act on it: a wrong cause from here on is confidently wrong. */
export const confident = 0.6;

/** What one object of a recorded world is expected to have; null: it is healthy, and a cause is wrong. */
export interface Sought {
  object: string;
  classes: string[] | null;
}

export type Mark = "right" | "confidently wrong" | "wrong" | "unknown";

export interface Tally {
  object: string;
  expected: string;
  times: number;
  right: number;
  /** Another cause, however sure; and of those the ones it was sure of. */
  wrong: number;
  confidentlyWrong: number;
  unknown: number;
  /** Right each time. */
  passAll: boolean;
  /** Means of one investigation. */
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  rounds: number;
  usd: number | null;
  /** Claims of final answers that were taken out, in all. */
  struck: number;
  /** What was named, each once. */
  named: string[];
  /** Folders with the tapes of those that were not right. */
  kept: string[];
}

const nameOf = ({ kind, name }: { kind: string; name: string }): string => `${kind}/${name}`;

export const markOf = ({ object, classes }: Sought, diagnosis: Diagnosis | null): Mark => {
  if (diagnosis?.kind !== "cause") return classes === null ? "right" : "unknown";
  if (classes?.includes(diagnosis.class) === true && nameOf(diagnosis.object) === object) return "right";
  return diagnosis.confidence >= confident ? "confidently wrong" : "wrong";
};

/** To a tenth: what is summed up from it again must not be off by whole rounds. */
const mean = (numbers: readonly number[]): number =>
  Math.round((10 * numbers.reduce((sum, one) => sum + one, 0)) / Math.max(1, numbers.length)) / 10;

/** Why nothing was named is worth as much: a server that is down is no bad model. */
const whyUnknown = (diagnosis: Diagnosis | null): string => {
  const [why] = diagnosis?.kind === "unknown" ? diagnosis.missing : [];
  return why === undefined ? "unknown" : `unknown (${why.slice(0, 200)})`;
};

const namedIn = (diagnosis: Diagnosis | null): string =>
  diagnosis?.kind === "cause" ? `${nameOf(diagnosis.object)} ${diagnosis.class}` : whyUnknown(diagnosis);

export const tallyOf = (sought: Sought, incidents: readonly Incident[], kept: string[]): Tally => {
  const marks = incidents.map(({ diagnosis }) => markOf(sought, diagnosis));
  const count = (mark: Mark): number => marks.filter((one) => one === mark).length;
  const costs = incidents.map(({ cost }) => cost);
  const money = costs.map(({ usd }) => usd);
  return {
    object: sought.object,
    expected: sought.classes?.[0] ?? "nothing",
    times: incidents.length,
    right: count("right"),
    wrong: count("wrong") + count("confidently wrong"),
    confidentlyWrong: count("confidently wrong"),
    unknown: count("unknown"),
    passAll: incidents.length > 0 && count("right") === incidents.length,
    inputTokens: mean(costs.map(({ inputTokens }) => inputTokens)),
    cachedTokens: mean(costs.map(({ cachedTokens }) => cachedTokens)),
    outputTokens: mean(costs.map(({ outputTokens }) => outputTokens)),
    rounds: mean(costs.map(({ calls }) => calls)),
    usd: money.some((one) => one === null)
      ? null
      : money.reduce<number>((sum, one) => sum + (one ?? 0), 0) / money.length,
    struck: incidents.reduce((sum, { diagnosis }) => sum + (diagnosis?.struck?.length ?? 0), 0),
    named: [...new Set(incidents.map(({ diagnosis }) => namedIn(diagnosis)))],
    kept,
  };
};

export interface ModelSummary {
  objects: number;
  times: number;
  right: number;
  confidentlyWrong: number;
  unknown: number;
  /** Objects that were right each time. */
  passAll: number;
  inputTokens: number;
  outputTokens: number;
  usd: number | null;
  rounds: number;
  struck: number;
  /** Worlds that could not be played. */
  failed: number;
}

export const modelSummary = (all: readonly Tally[], failed: number): ModelSummary => {
  const total = (of: (one: Tally) => number): number => all.reduce((sum, one) => sum + of(one), 0);
  return {
    objects: all.length,
    times: total(({ times }) => times),
    right: total(({ right }) => right),
    confidentlyWrong: total((one) => one.confidentlyWrong),
    unknown: total(({ unknown }) => unknown),
    passAll: all.filter(({ passAll }) => passAll).length,
    inputTokens: Math.round(total((one) => one.inputTokens * one.times)),
    outputTokens: Math.round(total((one) => one.outputTokens * one.times)),
    usd: all.some(({ usd }) => usd === null) ? null : total((one) => (one.usd ?? 0) * one.times),
    rounds: Math.round(total((one) => one.rounds * one.times)),
    struck: total(({ struck }) => struck),
    failed,
  };
};
