import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { Diagnosis } from "../../incident/diagnosis.ts";
import { isControl } from "../../incident/fault-classes.ts";
import { Plan } from "../../incident/plan.ts";
import { stepsToJudge } from "../../replay/acted.ts";
import { todaysWalk } from "../../replay/replay.ts";
import { stepLine } from "../../responder/story.ts";
import { recordingIn } from "../replay/from-folder.ts";
import type { EvalCase } from "./run-case.ts";

/** An incident that `nightshift replay --export` wrote. */
export const isExport = (folder: string): boolean => existsSync(join(folder, "incident.json"));

/** What the code of today makes of the world as that incident saw it; what it asks anew was not recorded. */
export const runExport = async (folder: string): Promise<EvalCase> => {
  const began = performance.now();
  const recording = await recordingIn(folder);
  const { steps, ended } = await todaysWalk(recording, { line: stepLine });
  const judged = stepsToJudge(recording, steps);
  const last = (field: string): unknown => judged.findLast(({ changed }) => changed[field] != null)?.changed[field];
  const { data: diagnosis } = Diagnosis.safeParse(last("diagnosis"));
  const { data: plan } = Plan.safeParse(last("plan"));
  // A walk that stopped before it could judge has found nothing, and that is no answer.
  if (diagnosis === undefined) throw new Error(`no diagnosis: ${ended}`);
  const cause = diagnosis.kind === "cause" && !isControl(diagnosis.class) ? [diagnosis] : [];
  const { kind, namespace, name } = recording.subject;
  return {
    name: basename(folder),
    diagnoses: cause.map(({ class: named, object, by, confidence }) => ({ class: named, object, by, confidence })),
    plan: { actions: plan?.kind === "actions" ? plan.actions.map(({ verb }) => ({ verb })) : [] },
    ms: Math.round(performance.now() - began),
    requests: 0,
    tokens: 0,
    subjects: [{ object: { kind, namespace, name }, alerts: recording.alerts.length, class: cause[0]?.class ?? null }],
  };
};
