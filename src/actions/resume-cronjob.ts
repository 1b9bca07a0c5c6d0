import type { CronJob } from "../incident/kube-jobs.ts";
import { kubectlName, moved, unfit, type VerbSpec } from "./verb.ts";

/** Lets a suspended CronJob start runs again. */
export const resumeCronJob: VerbSpec<"resume-cronjob", CronJob> = {
  verb: "resume-cronjob",
  classes: ["cronjob-suspended-or-invalid"],
  targets: ["CronJob"],
  near: [],
  fit({ live }) {
    if (live.spec.suspend !== true) return unfit("it is not suspended");
    const set = (suspend: boolean) => `kubectl patch ${kubectlName(live)} -p '{"spec":{"suspend":${suspend}}}'`;
    return {
      kind: "fits",
      draft: {
        params: { suspend: false },
        risk: "low",
        command: set(false),
        undo: { command: set(true), exact: true },
        effect:
          `Runs start again by its schedule (${live.spec.schedule}). ` +
          (live.spec.startingDeadlineSeconds === undefined
            ? "A run that was missed meanwhile may start at once."
            : "A run that was missed meanwhile starts only within its starting deadline."),
        pods: 0,
        asks: "somebody suspended it, perhaps on purpose",
      },
    };
  },
  source: () => null,
  change({ spec }, { suspend }) {
    if ((spec.suspend ?? false) === suspend) return moved(`it is already ${suspend ? "suspended" : "resumed"}`);
    return { kind: "patch", patch: [{ op: "replace", path: "/spec/suspend", value: suspend }] };
  },
  // That it is suspended is part of its version.
  ended: () => null,
  inverse: ({ suspend }) => ({ verb: "resume-cronjob", params: { suspend: !suspend } }),
};
