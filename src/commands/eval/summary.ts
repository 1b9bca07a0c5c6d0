import type { Comparison } from "./compare.ts";
import type { EvalCase } from "./run-case.ts";
import { type ClassScore, type Confusion, classScores, confusions } from "./scores.ts";

/** One world: what was found, or why it could not be played, and how that compares. */
export interface Compared {
  result: EvalCase;
  comparison: Comparison | null;
}

export interface Summary {
  cases: number;
  compared: number;
  /** Worlds that could not be read or played. They count as missed. */
  failed: number;
  faults: number;
  right: number;
  falseAlarms: number;
  /** Near misses in which the class that they resemble was named. */
  fooled: number;
  controls: { silent: number; all: number };
  recall: number | null;
  precision: number | null;
  ms: number;
  msMedian: number;
  msWorst: number;
  requests: number;
  requestsWorst: number;
  tokens: number;
  classes: ClassScore[];
  confusions: Confusion[];
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;

export const summaryOf = (all: readonly Compared[]): Summary => {
  const compared = all.flatMap(({ comparison }) => comparison ?? []);
  const sum = (count: (one: Comparison) => number): number => total(compared.map(count));
  const right = sum((one) => one.right.length);
  const faults = right + sum((one) => one.missed.length + one.confused.length);
  const falseAlarms = sum((one) => one.falseAlarms.length);
  const named = right + sum((one) => one.confused.length) + falseAlarms;
  const times = all.map(({ result }) => result.ms);
  const requests = all.map(({ result }) => result.requests);
  return {
    cases: all.length,
    compared: compared.length,
    failed: all.filter(({ result }) => result.error !== undefined).length,
    faults,
    right,
    falseAlarms,
    fooled: sum((one) => one.fooled.length),
    controls: { silent: sum((one) => one.silent.length), all: sum((one) => one.silent.length + one.disturbed.length) },
    recall: faults === 0 ? null : right / faults,
    precision: named === 0 ? null : right / named,
    ms: total(times),
    msMedian: median(times),
    msWorst: Math.max(0, ...times),
    requests: total(requests),
    requestsWorst: Math.max(0, ...requests),
    tokens: total(all.map(({ result }) => result.tokens)),
    classes: classScores(compared),
    confusions: confusions(compared),
  };
};

/** A world that could not be played, and a near miss taken for what it resembles, fail every bar above zero. */
export const isBelow = (bar: number, { recall, precision, controls, failed, fooled }: Summary): boolean =>
  (recall ?? 1) < bar ||
  (precision ?? 1) < bar ||
  (controls.all > 0 && controls.silent / controls.all < bar) ||
  (failed + fooled > 0 && bar > 0);
