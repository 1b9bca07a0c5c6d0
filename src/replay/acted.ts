import { type Recording, type Step, stepsThen } from "./recording.ts";

/**
 * The steps of the walk to be judged by: the newest one that changed something. Where its incident is opened again, what is
 * found last is that all is well, and that tells nothing of the fault. Where nothing was changed, the newest walk.
 * Steps that part from those taken then are of one walk from there on: it never begins anew.
 */
export const stepsToJudge = (recording: Recording, steps: readonly Step[]): readonly Step[] => {
  const begun = [0];
  let taken = 0;
  let acted: number | null = null;
  for (const { kind } of recording.journal) {
    if (kind === "step") taken += 1;
    if (kind === "begin") begun.push(taken);
    if (kind === "intent") acted = begun.length - 1;
  }
  const then = stepsThen(recording);
  const parted = steps.findIndex(({ hash }, at) => then[at]?.hash !== hash);
  const reached = begun.filter((at) => parted < 0 || at <= parted);
  const walk = Math.min(acted ?? begun.length - 1, reached.length - 1);
  return steps.slice(reached[walk], reached[walk + 1]);
};
