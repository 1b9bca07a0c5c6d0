import type { PostMortemInput } from "./post-mortem.ts";
import { citeAll, stepsOf } from "./post-mortem-parts.ts";
import type { Changes } from "./replay.ts";
import { name, prose } from "./write-up-text.ts";

type Difference = Replayed["result"]["steps"][number]["differences"][number];
type Replayed = PostMortemInput["replays"][number];

const changeWords = (changes: Changes): string => {
  if ("policy" in changes) return `the policy had been ${changes.policy.mode}`;
  if ("evidence" in changes) return `${Object.keys(changes.evidence).join(", ")} had been answered otherwise`;
  if ("modelAnswer" in changes) return "the model had answered otherwise";
  if ("rules" in changes) return `there had been no rules ${changes.rules.without.join(", ")}`;
  if ("runbooks" in changes) return `the runbooks had been ${Object.keys(changes.runbooks).join(", ")}`;
  return `the decision had been ${changes.decision.kind}`;
};

/** The plain value that JSON text begins with, without the marks around it. */
const plainAt = (text: string): string | null => {
  const [, quoted, bare] = /^(?:"((?:[^"\\]|\\.)*)"|([\w.+-]+))(?=[,}\]]|$)/.exec(text) ?? [];
  return quoted ?? bare ?? null;
};

/** Where two texts of JSON part first. Long ones are kept cut, so none is read as a whole: what is no plain value is only named. */
const partingOf = ({ field, expected, got }: Difference): string => {
  let same = 0;
  while (same < expected.length && expected[same] === got[same]) same += 1;
  const key = [...expected.slice(0, same).matchAll(/"([\w-]+)":/g)].at(-1);
  const from = key === undefined ? 0 : key.index + key[0].length;
  const [then, now] = [plainAt(expected.slice(from)), plainAt(got.slice(from))];
  if (then === null || now === null) return `another ${field}`;
  return `${key?.[1] ? `${key[1]} of the ${field}` : field}: ${prose(now, 120)} instead of ${prose(then, 120)}`;
};

const parting = ({ result: { steps, divergence } }: Replayed): string => {
  const at = steps.find(({ step }) => step === divergence?.step);
  const inWords = at?.expected && at.got && at.expected.line !== at.got.line;
  const [first] = at?.differences ?? [];
  if (first !== undefined && !inWords) return `at step ${divergence?.step}, ${partingOf(first)}`;
  const [then, now] = inWords ? [at.expected?.line, at.got?.line] : [divergence?.expected, divergence?.got];
  return `at step ${divergence?.step}, ${prose(now ?? "", 240)} instead of ${prose(then ?? "", 240)}`;
};

const whatHappened = (replayed: Replayed): string => {
  const { status, why, divergence, steps, ended, notRecorded } = replayed.result;
  if (status === "failed") return `it could not be played: ${prose(why ?? "", 200)}`;
  if (divergence === null) return "nothing would have gone another way";
  const way = steps.flatMap(({ step, got }) => (got !== null && step >= divergence.step ? [got.node] : []));
  const unknown = notRecorded.length === 0 ? "" : `; ${notRecorded.length} questions were not recorded`;
  return `${parting(replayed)}; on by ${way.join(" → ") || "nothing"} (${prose(ended, 120)})${unknown}`;
};

/** The what-ifs that were asked, each once, as it was answered last. */
export const whatIfPart = (input: PostMortemInput): string[] => {
  const asked = new Map<string, Replayed>();
  for (const one of input.replays)
    if (one.request.mode === "what-if") asked.set(JSON.stringify(one.request.changes), one);
  if (asked.size === 0)
    return [`Nobody has asked yet: nightshift replay ${name(input.id)} --what-if FILE${citeAll(input)}`];
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
  if (state === null) return [`- The walk had not begun.${citeAll(input)}`];
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

export const openPart = (input: PostMortemInput): string[] => {
  const open = [...notExplained(input), ...disproof(input), ...unasked(input).slice(0, 10)];
  return open.length === 0 ? [`None that is known.${citeAll(input)}`] : open;
};
