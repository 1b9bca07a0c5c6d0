import type { buildGraph } from "../graph/graph.ts";
import { versions } from "../graph/versions.ts";
import type { Decision } from "../incident/decision.ts";
import type { Incident } from "../incident/incident.ts";
import type { Changes, Divergence, Replay, ReplayRequest, ReplayStep } from "../incident/replay.ts";
import { silentRules } from "../nodes/diagnose.ts";
import type { Lexicon } from "../ports/lexicon.ts";
import type { Model, ModelRequest } from "../ports/model.ts";
import { askedOtherwise, compareStep, firstDifference } from "./compare.ts";
import { NotOnTape } from "./not-on-tape.ts";
import { type Override, type Player, player } from "./play.ts";
import { beginningsThen, decisionsThen, pathThen, type Recording, type Step, stepOf, stepsThen } from "./recording.ts";
import { type WalkOptions, walkAgain } from "./walk.ts";
import { decisionInstead, judgeInstead, overrideFor } from "./what-if.ts";

export interface ReplayOptions {
  /** One line about a step for people. */
  line(node: string, state: Incident): string;
  /** The graph to play with; absent: the one of the version the incident began with. */
  build?: typeof buildGraph;
  /** What words mean, for other runbooks; absent: they are compared as they are written. */
  lexicon?(): Promise<Lexicon | null>;
}

interface Walked {
  steps: Step[];
  ended: string;
  divergence: Divergence | null;
}

/** People answered one question after the other; each answer is for the plan it was given for. */
const answersThen = (recording: Recording, strict: boolean) => {
  const left = decisionsThen(recording);
  return ({ plan }: Incident): Decision | null => {
    const [next] = left;
    const hash = plan?.kind === "actions" ? plan.hash : "";
    if (next === undefined || (!strict && next.planHash !== hash)) return null;
    left.shift();
    return next;
  };
};

const diagnosed = ({ diagnosis }: Incident): boolean => diagnosis !== null;

/** Takes the steps until the walk ends, cannot go on, has taken as many as there were, or is where it is to end. */
const take = async (
  { recording, ...options }: Omit<WalkOptions, "beginning"> & { recording: Recording },
  replay: ReplayOptions,
  most: number,
  isEnd: (state: Incident) => boolean = () => false,
): Promise<Walked> => {
  const steps: Step[] = [];
  const then = stepsThen(recording);
  const begun = beginningsThen(recording);
  // Where it has parted from what was, nobody can say when it would have begun anew.
  const beginning = (at: number) => (steps.every(({ hash }, n) => then[n]?.hash === hash) ? begun.get(at) : undefined);
  for await (const event of walkAgain({ ...options, beginning })) {
    switch (event.kind) {
      case "ended":
        return { steps, ended: event.why, divergence: null };
      case "failed": {
        const { node, error } = event;
        const at = steps.length + 1;
        const divergence =
          error instanceof NotOnTape
            ? askedOtherwise(at, node, error)
            : { step: at, node, expected: "the node ends", got: `the node failed: ${error.message}` };
        return { steps, ended: `stopped in ${node}: ${error.message}`, divergence };
      }
      case "step":
        steps.push(stepOf(event.node, event.changed, replay.line(event.node, event.state)));
        if (isEnd(event.state)) return { steps, ended: "it has a diagnosis", divergence: null };
        if (steps.length >= most) return { steps, ended: "as far as the incident went", divergence: null };
    }
  }
  return { steps, ended: "the walk is over", divergence: null };
};

const beside = (then: readonly Step[], now: readonly Step[]): ReplayStep[] =>
  Array.from({ length: Math.max(then.length, now.length) }, (_, at) => compareStep(at + 1, then[at], now[at]));

const finish = (
  mode: Replay["mode"],
  began: number,
  then: readonly Step[],
  walked: Walked,
  { unused, notRecorded }: Player,
): Replay => {
  const all = beside(then, walked.steps);
  const first = all.findIndex(({ same }) => !same);
  // After the first difference a faithful replay has nothing more to say.
  const steps = mode === "what-if" || first < 0 ? all : all.slice(0, first + 1);
  const byStep = firstDifference(all);
  const { divergence } = walked;
  const earliest = divergence !== null && (byStep === null || divergence.step <= byStep.step) ? divergence : byStep;
  return {
    mode,
    status: "done",
    why: null,
    identical: earliest === null,
    steps,
    divergence: earliest,
    ended: walked.ended,
    leftover: mode === "faithful" && earliest === null ? unused() : [],
    notRecorded: notRecorded.slice(0, 200),
    ms: Math.round(performance.now() - began),
  };
};

const builderFor = ({ graphVersion }: Recording, { build }: ReplayOptions): typeof buildGraph => {
  const found = build ?? versions[graphVersion];
  if (found === undefined)
    throw new Error(
      `this build has no graph of version ${graphVersion}: replay with one that can carry that version on`,
    );
  return found;
};

const judgeOf = ({ rules }: Recording) => (rules === "silent" ? { judge: silentRules } : {});

/** The same steps from the tape alone: no cluster, no model, no effect, and the thread of the incident is not touched. */
const replayFaithfully = async (recording: Recording, options: ReplayOptions): Promise<Replay> => {
  const began = performance.now();
  const then = stepsThen(recording);
  const playing = player({ tape: recording.tape, path: pathThen(recording), strict: true });
  const decide = answersThen(recording, true);
  const walk = { build: builderFor(recording, options), player: playing, recording, decide, ...judgeOf(recording) };
  return finish("faithful", began, then, await take(walk, options, then.length), playing);
};

/** Changes one thing and shows where the walk parts from the one that was taken. */
const whatIf = async (recording: Recording, changes: Changes, options: ReplayOptions): Promise<Replay> => {
  const began = performance.now();
  const override = await overrideFor(recording, changes, options.lexicon ?? (async () => null));
  const playing = player({
    tape: recording.tape,
    path: pathThen(recording),
    strict: false,
    ...(override ? { override } : {}),
  });
  const then = answersThen(recording, false);
  const at = decisionsThen(recording)[0]?.at ?? recording.openedAt;
  const decide = "decision" in changes ? decisionInstead(changes.decision, { at }) : then;
  const policy = "policy" in changes ? { policy: changes.policy } : {};
  const judge = judgeInstead(changes);
  const told = { ...policy, ...(judge ? { judge } : judgeOf(recording)) };
  const walk = { build: builderFor(recording, options), player: playing, recording, decide, ...told };
  return finish("what-if", began, stepsThen(recording), await take(walk, options, Number.POSITIVE_INFINITY), playing);
};

/** Another model, or the prompt of today, over the world as it was recorded then. The model is really asked. */
export const underModel = async (recording: Recording, model: Model, options: ReplayOptions): Promise<Replay> => {
  const began = performance.now();
  const override: Override = (call, [request]) =>
    call === "model.reply" ? model.reply(request as ModelRequest) : undefined;
  const playing = player({ tape: recording.tape, path: pathThen(recording), strict: false, override });
  const decide = answersThen(recording, false);
  const walk = { build: builderFor(recording, options), player: playing, recording, decide, ...judgeOf(recording) };
  const isEnd = recording.rules === "silent" ? diagnosed : () => false;
  const walked = await take(walk, options, Number.POSITIVE_INFINITY, isEnd);
  return finish("what-if", began, stepsThen(recording), walked, playing);
};

/** What today's code makes of what was recorded then, and the questions it has that nobody asked. */
export const todaysWalk = async (
  recording: Recording,
  options: ReplayOptions,
): Promise<{ steps: Step[]; ended: string; notRecorded: Replay["notRecorded"] }> => {
  const playing = player({ tape: recording.tape, path: pathThen(recording), strict: false });
  const decide = answersThen(recording, false);
  const walk = { build: builderFor(recording, options), player: playing, recording, decide };
  const { steps, ended } = await take(walk, options, Number.POSITIVE_INFINITY);
  return { steps, ended, notRecorded: playing.notRecorded };
};

const failure = (mode: Replay["mode"], why: string): Replay => ({
  mode,
  status: "failed",
  why,
  identical: false,
  steps: [],
  divergence: null,
  ended: why,
  leftover: [],
  notRecorded: [],
  ms: 0,
});

/** A replay that cannot be played is an answer, too. */
export const replay = async (recording: Recording, request: ReplayRequest, options: ReplayOptions): Promise<Replay> => {
  try {
    return request.mode === "faithful"
      ? await replayFaithfully(recording, options)
      : await whatIf(recording, request.changes, options);
  } catch (error) {
    return failure(request.mode, error instanceof Error ? error.message : String(error));
  }
};
