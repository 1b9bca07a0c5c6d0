import type { Replay, ReplayStep } from "../../incident/replay.ts";

const width = 18;

const stepLines = ({ step, same, expected, got, differences }: ReplayStep): string[] => {
  const at = String(step).padStart(3);
  const shown = (side: ReplayStep["got"]): string =>
    side === null ? "(ended)" : `${side.node.padEnd(width)} ${side.hash}  ${side.line.split("\n")[0] ?? ""}`;
  if (same) return [`${at} = ${shown(got)}`];
  return [
    `${at} - ${shown(expected)}`,
    `${" ".repeat(at.length)} + ${shown(got)}`,
    ...differences.flatMap((one) => [
      `      ${one.field}: ${one.expected}`,
      `      ${" ".repeat(one.field.length)}→ ${one.got}`,
    ]),
  ];
};

const verdict = ({ mode, identical, divergence, ended, ms }: Replay): string[] => {
  if (identical) return [`The same steps with the same hashes, in ${ms} ms; no cluster, no model, no effect.`];
  if (divergence === null) return [ended];
  const { step, node, expected, got, call } = divergence;
  return [
    `${mode === "faithful" ? "Parts from the recording" : "Goes another way"} at step ${step}, ${node}:`,
    `  then: ${expected.replaceAll("\n", "\n        ")}`,
    `  now:  ${got.replaceAll("\n", "\n        ")}`,
    ...(call === undefined ? [] : ["  The question has no answer on the tape: today's code asks otherwise."]),
    `It ended: ${ended}.`,
  ];
};

const list = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ["", title, ...lines]);

/** A replay for people. */
export const told = (replay: Replay): string => {
  if (replay.status === "failed") return `It could not be played: ${replay.why ?? ""}`;
  return [
    ...replay.steps.flatMap(stepLines),
    "",
    ...verdict(replay),
    ...list(
      "On the tape and not asked for (a node that a crash made run twice leaves such):",
      replay.leftover.map(({ node, call, said }) => `  ${node}: ${call} ${said}`),
    ),
    ...list(
      "Asked now and never then, so it was answered with not-recorded:",
      replay.notRecorded.map(({ node, call, said }) => `  ${node}: ${call} ${said}`),
    ),
  ].join("\n");
};
