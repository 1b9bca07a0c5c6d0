import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { readConfig } from "../../config.ts";
import type { Incident } from "../../incident/incident.ts";
import { isKind, kinds } from "../../incident/kinds.ts";
import type { Subject } from "../../incident/subject.ts";
import { openModel, pricesOf } from "../../model.ts";
import type { Model } from "../../ports/model.ts";
import { exportOf } from "../../replay/export.ts";
import { UsageError } from "../command.ts";
import { alertsIn } from "./alerts.ts";
import { readExpected } from "./compare.ts";
import { markOf, type Sought, type Tally, tallyOf } from "./model-score.ts";
import { recordedMetrics } from "./recorded-metrics.ts";
import { onStage, type Stage } from "./stage.ts";
import { type Trial, trial } from "./trial.ts";

export interface ModelOptions {
  model: Model;
  times: number;
  /** Where the tapes of wrong answers are kept. */
  keep: string;
}

/** The model of that name, with the keys and addresses of the environment. */
export const namedModel = async (name: string): Promise<Model> => {
  const model = await openModel(readConfig({ ...process.env, NIGHTSHIFT_MODEL: name }));
  if (model === null) throw new UsageError("--model takes provider:model");
  return model;
};

const soughtIn = (folder: string): Sought[] => {
  const expected = readExpected(folder);
  if (expected === null) throw new Error("it has no expected.json: nothing says what would be right");
  return [
    ...expected.faults.map(({ object, class: name, alsoRight }) => ({ object, classes: [name, ...alsoRight] })),
    ...expected.healthy.map((object) => ({ object, classes: null })),
  ];
};

const subjectOf = ({ world }: Stage, object: string): Subject => {
  const [kind = "", name = ""] = object.split("/");
  const namespaced = !isKind(kind) || kinds[kind].namespaced;
  return { cluster: "eval", namespace: namespaced ? world.namespace : null, kind, name, guessed: false };
};

const keepTape = async (folder: string, { recording }: Trial): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(exportOf(recording, recording.journal)))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  return folder;
};

/** Asks the model about one object again and again; what it named wrong can be played again from the folder kept. */
const tried = async (folder: string, sought: Sought, { model, times, keep }: ModelOptions): Promise<Tally> => {
  const prices = await pricesOf(model.name, model.triage);
  const incidents: Incident[] = [];
  const kept: string[] = [];
  for (let time = 1; time <= times; time += 1) {
    const one = await onStage(folder, (stage) => {
      const subject = subjectOf(stage, sought.object);
      const alerts = alertsIn(folder, stage.world.namespace).filter(({ labels }) =>
        Object.values(labels).includes(subject.name),
      );
      return trial(stage, { subject, alerts, metrics: recordedMetrics(folder), model, prices });
    });
    incidents.push(one.incident);
    const place = join(keep, basename(folder), `${sought.object.replaceAll("/", "-")}-${time}`);
    if (markOf(sought, one.incident.diagnosis) !== "right") kept.push(await keepTape(place, one));
  }
  return tallyOf(sought, incidents, kept);
};

/** Every object that a world's expected.json names: what is expected there is compared afterwards and never shown. */
export const runWithModel = async (folder: string, options: ModelOptions): Promise<Tally[]> => {
  const all: Tally[] = [];
  for (const sought of soughtIn(folder)) all.push(await tried(folder, sought, options));
  return all;
};
