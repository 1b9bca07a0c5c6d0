import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { EvalCase } from "./run-case.ts";

const Expected = z.object({
  faults: z.array(
    z.object({
      object: z.string(),
      class: z.string(),
      alsoRight: z.array(z.string()).default([]),
      action: z.string().nullable().default(null),
    }),
  ),
  healthy: z.array(z.string()).default([]),
});
export type Expected = z.infer<typeof Expected>;

export interface Comparison {
  /** Faults whose class and object were named. */
  right: string[];
  missed: string[];
  /** Named on the right object, with another class. */
  confused: { object: string; expected: string; got: string }[];
  /** Diagnoses of objects that are not expected to be sick. */
  falseAlarms: string[];
  /** Healthy objects without a finding, and those with one. */
  silent: string[];
  disturbed: string[];
}

/** Null when the folder has no expected.json: then there is nothing to compare with. */
export const readExpected = (folder: string): Expected | null => {
  const file = join(folder, "expected.json");
  return existsSync(file) ? Expected.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
};

const nameOf = ({ object }: EvalCase["diagnoses"][number]): string => `${object.kind}/${object.name}`;

export const compare = ({ diagnoses }: EvalCase, { faults, healthy }: Expected): Comparison => {
  const result: Comparison = { right: [], missed: [], confused: [], falseAlarms: [], silent: [], disturbed: [] };
  for (const fault of faults) {
    const classes = diagnoses.filter((one) => nameOf(one) === fault.object).map((one) => one.class as string);
    const label = `${fault.object} ${fault.class}`;
    if (classes.some((one) => one === fault.class || fault.alsoRight.includes(one))) result.right.push(label);
    else if (classes[0] === undefined) result.missed.push(label);
    else result.confused.push({ object: fault.object, expected: fault.class, got: classes[0] });
  }
  const sick = new Set(faults.map(({ object }) => object));
  result.falseAlarms = diagnoses.filter((one) => !sick.has(nameOf(one))).map((one) => `${nameOf(one)} ${one.class}`);
  const named = new Set(diagnoses.map(nameOf));
  for (const object of healthy) (named.has(object) ? result.disturbed : result.silent).push(object);
  return result;
};
