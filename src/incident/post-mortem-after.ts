import type { PostMortemInput } from "./post-mortem.ts";
import { stepsOf } from "./post-mortem-parts.ts";
import type { Changes } from "./replay.ts";
import { prose } from "./write-up-text.ts";

type Asked = PostMortemInput["replays"][number];

const changeWords = (changes: Changes): string => {
  if ("policy" in changes) return `the policy had been ${changes.policy.mode}`;
  if ("evidence" in changes) return `${Object.keys(changes.evidence).join(", ")} had been answered otherwise`;
  if ("modelAnswer" in changes) return "the model had answered otherwise";
  if ("runbooks" in changes) return `the runbooks had been ${Object.keys(changes.runbooks).join(", ")}`;
  return `the decision had been ${changes.decision.kind}`;
};

const whatHappened = ({ result }: Asked): string => {
  if (result.status === "failed") return `it could not be played: ${prose(result.why ?? "", 200)}`;
  if (result.divergence === null) return "nothing would have gone another way";
  const { step, expected, got } = result.divergence;
  const last = result.steps.findLast((one) => one.got !== null)?.got;
  return (
    `from step ${step} on another way: ${prose(got, 240)} instead of ${prose(expected, 240)}; ` +
    `it ends with ${last === undefined || last === null ? "nothing" : `${last.node}: ${prose(last.line, 200)}`}` +
    `${result.notRecorded.length > 0 ? `; ${result.notRecorded.length} questions were not recorded` : ""}`
  );
};

/** The what-ifs that were asked, each once, as it was answered last. */
export const whatIfPart = ({ replays }: PostMortemInput): string[] => {
  const asked = new Map<string, Asked>();
  for (const one of replays) if (one.request.mode === "what-if") asked.set(JSON.stringify(one.request.changes), one);
  return [...asked.values()].flatMap((one) =>
    one.request.mode === "what-if"
      ? [`- If ${prose(changeWords(one.request.changes), 200)}: ${whatHappened(one)} [${one.id}]`]
      : [],
  );
};

const unasked = ({ evidence }: PostMortemInput): string[] =>
  evidence.flatMap(({ id, command, answer }) =>
    answer.kind === "could-not-ask"
      ? [`- ${prose(command, 160)} could not be asked: ${prose(answer.message, 160)} [${id}]`]
      : [],
  );

const notExplained = (input: PostMortemInput): string[] => {
  const { state } = input;
  const last = stepsOf(input).at(-1);
  const cite = last === undefined ? "" : ` [#${last.seq}]`;
  if (state === null) return ["- The walk had not begun."];
  const gaps = state.diagnosis?.kind === "unknown" ? state.diagnosis.missing : [];
  return [
    ...gaps.map((gap) => `- ${prose(gap, 240)}${cite}`),
    ...(state.escalation === null ? [] : [`- ${prose(state.escalation, 400)}${cite}`]),
  ];
};

const disproof = ({ state }: PostMortemInput): string[] => {
  const diagnosis = state?.diagnosis;
  return diagnosis?.kind === "cause" && diagnosis.disproof !== ""
    ? [`- It was something else if: ${prose(diagnosis.disproof, 300)} [${diagnosis.evidence.join(", ")}]`]
    : [];
};

export const openPart = (input: PostMortemInput): string[] => [
  ...notExplained(input),
  ...disproof(input),
  ...unasked(input).slice(0, 10),
];
