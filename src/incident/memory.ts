import { z } from "zod";
import { FaultClassName } from "./fault-class-name.ts";

/** What a person said of a diagnosis afterwards. */
export const Feedback = z.object({
  at: z.iso.datetime(),
  by: z.string(),
  correct: z.boolean(),
  /** The class it really was, where the person named one. */
  class: FaultClassName.nullable(),
  note: z.string().nullable(),
});
export type Feedback = z.infer<typeof Feedback>;

/** By what one incident resembles another. */
export const Fingerprint = z.object({
  cluster: z.string(),
  /** The diagnosed class; null: unknown. */
  class: FaultClassName.nullable(),
  /** `namespace/kind/name` of what was sick. */
  subject: z.string(),
  kind: z.string(),
  /** Without tag or digest. */
  images: z.array(z.string()),
  /** With tag, and with digest where one is named. Empty where an older build wrote it. */
  imageVersions: z.array(z.string()).default([]),
  alerts: z.array(z.string()),
  /** Telling log lines with what varies taken out. */
  templates: z.array(z.string()),
  scope: z.enum(["isolated", "widespread"]).nullable(),
});
export type Fingerprint = z.infer<typeof Fingerprint>;

/** How one change of a past incident ended. */
export const Tried = z.object({ verb: z.string(), ended: z.enum(["helped", "undone", "did-not-help", "not-made"]) });
export type Tried = z.infer<typeof Tried>;

export const isMade = ({ ended }: Tried): boolean => ended !== "not-made";

/** A closed incident as it is remembered. */
export const Remembered = z.object({
  incidentId: z.string(),
  fingerprint: Fingerprint,
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime(),
  status: z.enum(["resolved", "escalated", "dismissed"]),
  statement: z.string(),
  tried: z.array(Tried),
  decidedBy: z.string().nullable(),
  rejected: z.boolean(),
  feedback: Feedback.nullable(),
});
export type Remembered = z.infer<typeof Remembered>;

/** A past incident and what it has in common with this one. */
export const Similar = Remembered.extend({ common: z.array(z.string()), likeness: z.number() });
export type Similar = z.infer<typeof Similar>;

/** The class a memory stands for: what a person corrected is what is remembered; a wrong one without a right one stands for none. */
export const classOfMemory = ({ feedback, fingerprint }: Remembered): string | null =>
  feedback === null || feedback.correct ? fingerprint.class : feedback.class;

/** The class it stands for, and the one that a person called wrong: where that one is diagnosed again, nobody may act alone. */
const isOfClass = (one: Remembered, classes: readonly string[]): boolean => {
  const { feedback, fingerprint } = one;
  const names = [classOfMemory(one), feedback?.correct === false ? fingerprint.class : null];
  return names.some((name) => name !== null && classes.includes(name));
};

const shared = (left: readonly string[], right: readonly string[]): string[] =>
  left.filter((one) => right.includes(one));

const weights = { class: 0.4, subject: 0.3, image: 0.22, repository: 0.2, alert: 0.1, log: 0.2, scope: 0.05 };
const enough = 0.5;
export const mostShown = 20;
// However many others are more alike: what a person corrected is among those shown.
const mostCorrections = 5;

type Common = [holds: boolean, what: string, weight: number];

/** The same image is the same version of it; what one repository built at different times may behave differently. */
const commonImage = (asked: Fingerprint, known: Fingerprint): Common => {
  if (shared(asked.imageVersions, known.imageVersions).length > 0) return [true, "image", weights.image];
  const repository = shared(asked.images, known.images).length > 0;
  const versioned = asked.imageVersions.length > 0 && known.imageVersions.length > 0;
  return [repository, versioned ? "image repository, other tag" : "image repository", weights.repository];
};

const likenessOf = (asked: Fingerprint, classes: readonly string[], one: Remembered): Similar => {
  const { fingerprint } = one;
  const common: Common[] = [
    [isOfClass(one, classes), "class", weights.class],
    [asked.subject === fingerprint.subject, "object", weights.subject],
    commonImage(asked, fingerprint),
    [shared(asked.alerts, fingerprint.alerts).length > 0, "alert", weights.alert],
    [shared(asked.templates, fingerprint.templates).length > 0, "log line", weights.log],
    [asked.scope !== null && asked.scope === fingerprint.scope, "scope", weights.scope],
  ];
  const held = common.filter(([holds]) => holds);
  return {
    ...one,
    common: held.map(([, name]) => name),
    likeness: held.reduce((sum, [, , weight]) => sum + weight, 0),
  };
};

const isCorrection = ({ feedback }: Remembered): boolean => feedback?.correct === false;

/** The most alike first, then the newest. */
const byLikeness = (left: Similar, right: Similar): number =>
  right.likeness - left.likeness || right.closedAt.localeCompare(left.closedAt);

/** Those that are like it enough to say so, the most alike first. An alert and a scope alone are no likeness. */
export const similarTo = (
  asked: Fingerprint,
  classes: readonly string[],
  remembered: readonly Remembered[],
): Similar[] => {
  const alike = remembered
    .map((one) => likenessOf(asked, classes, one))
    .filter(({ likeness }) => likeness >= enough)
    .sort(byLikeness);
  const corrections = alike.filter(isCorrection).slice(0, mostCorrections);
  const others = alike.filter((one) => !corrections.includes(one));
  return [...corrections, ...others].slice(0, mostShown).sort(byLikeness);
};

const signs: Record<Tried["ended"], number> = { helped: 1, undone: -2, "did-not-help": -1, "not-made": 0 };

/** By outcome: above zero a verb has helped more than it has not. Cases a person called wrong do not count. */
export const recordOf = (similar: readonly Similar[]): Map<string, number> => {
  const record = new Map<string, number>();
  for (const { tried, feedback } of similar)
    if (feedback?.correct !== false)
      for (const { verb, ended } of tried) record.set(verb, (record.get(verb) ?? 0) + signs[ended]);
  return record;
};

/** The same things in the order of their record; nothing is added, nothing left out. */
export const byRecord = <T>(things: readonly T[], recordOfThing: (thing: T) => number): T[] =>
  things
    .map((thing, at) => ({ thing, at, record: recordOfThing(thing) }))
    .sort((left, right) => right.record - left.record || left.at - right.at)
    .map(({ thing }) => thing);
