import { canonical } from "../incident/canonical.ts";
import type { Divergence, ReplayStep } from "../incident/replay.ts";
import type { NotOnTape } from "./not-on-tape.ts";
import type { Step } from "./recording.ts";

const longest = 600;

const cut = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest)}…`);
const shown = (value: unknown): string => (value === undefined ? "unchanged" : cut(canonical(value)));

/** Where two long texts part is told, not how both begin. */
const pair = (expected: unknown, got: unknown): { expected: string; got: string } => {
  const [a, b] = [canonical(expected ?? null), canonical(got ?? null)];
  if (expected === undefined || got === undefined || (a.length <= longest && b.length <= longest))
    return { expected: shown(expected), got: shown(got) };
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const from = Math.max(0, at - 60);
  const part = (text: string): string => `${from > 0 ? "…" : ""}${cut(text.slice(from))}`;
  return { expected: part(a), got: part(b) };
};

const differences = (expected: Step, got: Step): ReplayStep["differences"] =>
  [...new Set([...Object.keys(expected.changed), ...Object.keys(got.changed)])]
    .filter((field) => canonical(expected.changed[field]) !== canonical(got.changed[field]))
    .map((field) => ({ field, ...pair(expected.changed[field], got.changed[field]) }));

const side = (step: Step | undefined) =>
  step === undefined ? null : { node: step.node, hash: step.hash, line: cut(step.line) };

/** One step of both walks beside each other. */
export const compareStep = (step: number, expected: Step | undefined, got: Step | undefined): ReplayStep => ({
  step,
  same: expected?.node === got?.node && expected?.hash === got?.hash,
  expected: side(expected),
  got: side(got),
  differences: expected !== undefined && expected.node === got?.node ? differences(expected, got) : [],
});

const said = (at: ReplayStep["expected"], differing: ReplayStep["differences"], which: "expected" | "got"): string => {
  if (at === null) return "the walk had ended";
  if (differing.length === 0) return `${at.node}: ${at.line}`;
  return differing.map((one) => `${one.field}: ${one[which]}`).join("\n");
};

/** The first step at which the two are not the same. */
export const firstDifference = (steps: readonly ReplayStep[]): Divergence | null => {
  const first = steps.find(({ same }) => !same);
  if (first === undefined) return null;
  const { step, expected, got, differences: differing } = first;
  return {
    step,
    node: expected?.node ?? got?.node ?? "",
    expected: said(expected, differing, "expected"),
    got: said(got, differing, "got"),
  };
};

/** The code of today asks something else than was asked then. */
export const askedOtherwise = (step: number, node: string, error: NotOnTape): Divergence => ({
  step,
  node,
  expected: error.unused.length === 0 ? "no further question" : cut(error.unused.join("\n")),
  got: cut(error.call),
  call: cut(error.call),
});
