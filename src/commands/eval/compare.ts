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
  /** The class that this world resembles and is not, and what tells them apart. */
  near: z.object({ class: z.string(), differs: z.string() }).optional(),
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
  /** The class that must not be named was. */
  fooled: string[];
  /** Healthy objects without a finding, and those with one. */
  silent: string[];
  disturbed: string[];
}

/** Null when the folder has no expected.json: then there is nothing to compare with. */
export const readExpected = (folder: string): Expected | null => {
  const file = join(folder, "expected.json");
  return existsSync(file) ? Expected.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
};

const nameOf = ({ object }: Pick<EvalCase["subjects"][number], "object">): string => `${object.kind}/${object.name}`;

/** Controls are no diagnoses; an incident that an alert opens on the object ends in one. */
const toldOn = ({ diagnoses, subjects }: EvalCase, object: string): string[] => [
  ...diagnoses.filter((one) => nameOf(one) === object).map((one) => one.class as string),
  ...subjects.filter((one) => nameOf(one) === object).flatMap((one) => one.class ?? []),
];

export const compare = (found: EvalCase, { faults, healthy, near }: Expected): Comparison => {
  const { diagnoses, subjects } = found;
  const result: Comparison = {
    right: [],
    missed: [],
    confused: [],
    falseAlarms: [],
    fooled: [],
    silent: [],
    disturbed: [],
  };
  for (const fault of faults) {
    const classes = toldOn(found, fault.object);
    const label = `${fault.object} ${fault.class}`;
    if (classes.some((one) => one === fault.class || fault.alsoRight.includes(one))) result.right.push(label);
    else if (classes[0] === undefined) result.missed.push(label);
    else result.confused.push({ object: fault.object, expected: fault.class, got: classes[0] });
  }
  const sick = new Set(faults.map(({ object }) => object));
  result.falseAlarms = diagnoses.filter((one) => !sick.has(nameOf(one))).map((one) => `${nameOf(one)} ${one.class}`);
  const resembled = [...diagnoses, ...subjects].filter((one) => one.class !== null && one.class === near?.class);
  result.fooled = [...new Set(resembled.map((one) => `${nameOf(one)} ${one.class}`))];
  const named = new Set(diagnoses.map(nameOf));
  for (const object of healthy) (named.has(object) ? result.disturbed : result.silent).push(object);
  return result;
};
