import type { ClassScore } from "./scores.ts";
import type { Compared, Summary } from "./summary.ts";

const percent = (share: number | null): string => (share === null ? "–" : `${(share * 100).toFixed(1)} %`);

const differences = ({ comparison }: Compared): string[] =>
  comparison
    ? [
        ...comparison.missed.map((one) => `missed ${one}`),
        ...comparison.confused.map((one) => `${one.object}: expected ${one.expected}, got ${one.got}`),
        ...comparison.falseAlarms.map((one) => `not expected: ${one}`),
        ...comparison.fooled.map((one) => `must not be named: ${one}`),
      ]
    : [];

const unasked = ({ unasked: reasons = {} }: Compared["result"]): string =>
  Object.entries(reasons)
    .map(([reason, count]) => `, ${count} not asked: ${reason}`)
    .join("");

/** One world in a line, and a line for each thing that is not as expected. */
export const lineFor = (one: Compared): string => {
  const { result, comparison } = one;
  if (result.error !== undefined) return `! ${result.name}: ${result.error}`;
  const found = result.diagnoses.map((each) => `${each.object.kind}/${each.object.name} ${each.class}`).join(", ");
  const verbs = result.plan.actions.map(({ verb }) => verb).join(", ");
  const wrong = differences(one);
  const mark = comparison === null ? " " : wrong.length === 0 ? "✓" : "✗";
  return [
    `${mark} ${result.name}: ${found || "nothing"}${verbs ? ` → ${verbs}` : ""} (${result.ms} ms, ${result.requests} requests${unasked(result)})`,
    ...wrong.map((each) => `    ${each}`),
  ].join("\n");
};

const rowFor = (one: ClassScore): string =>
  `  ${one.class.padEnd(36)} ${`${one.right} of ${one.expected}`.padStart(9)}  ${percent(one.precision).padStart(9)}  ${percent(one.recall).padStart(9)}`;

const table = ({ classes }: Summary): string[] =>
  classes.length === 0
    ? []
    : [
        "",
        `  ${"class".padEnd(36)} ${"named".padStart(9)}  ${"precision".padStart(9)}  ${"recall".padStart(9)}`,
        ...classes.map(rowFor),
      ];

/** The classes, what was confused with what, and the figures of the whole folder. */
export const told = (summary: Summary): string => {
  const { right, faults, precision, recall, falseAlarms, controls, failed, fooled } = summary;
  return [
    ...table(summary),
    ...summary.confusions.map(({ expected, got, objects }) => `  ${expected} taken for ${got}: ${objects.join(", ")}`),
    "",
    `${right} of ${faults} faults named; precision ${percent(precision)}, recall ${percent(recall)}, ${falseAlarms} not expected${fooled > 0 ? `, ${fooled} near misses taken for what they resemble` : ""}`,
    `${controls.silent} of ${controls.all} healthy objects left alone${failed > 0 ? `; ${failed} worlds could not be played` : ""}`,
    `${summary.msMedian} ms a world (worst ${summary.msWorst} ms), ${summary.requests} requests to the API server (worst ${summary.requestsWorst}), ${summary.tokens} tokens`,
  ].join("\n");
};
