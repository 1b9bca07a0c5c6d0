import type { Incident } from "./incident.ts";
import type { Outcome } from "./outcome.ts";
import type { ActionPlan } from "./plan.ts";
import { leftOfIt, saving } from "./saving.ts";
import { isControlled, type WriteUpInput } from "./write-up-parts.ts";
import { clockTime, name, wrap } from "./write-up-text.ts";

const undo = "undo of ";

const undoText: Record<Outcome["kind"], (verb: string) => string> = {
  applied: (verb) => `${verb} was made, did not help and was taken back: the object is as it was before`,
  refused: (verb) => `${verb} was made, did not help and stands: it could not be taken back`,
  failed: (verb) => `${verb} was made, did not help and stands: it could not be taken back`,
  uncertain: (verb) => `${verb} was made and did not help; it is not known whether it was taken back`,
};

const madeText = ({ verdict, escalation }: Incident, verb: string): string => {
  if (verdict?.kind === "recovered") return `${verb} was made and helped`;
  if (verdict === null) return `${verb} was made`;
  // Taken back, the template would be the bad one again: what is missing is that somebody deletes a pod.
  return saving({ escalation })?.startsWith("kubectl delete pod ")
    ? `${verb} was made and stands`
    : `${verb} was made and did not help`;
};

/** What was done to the cluster, in one sentence. */
const doneText = ({ incident, status }: WriteUpInput): string => {
  const last = incident.outcomes.at(-1);
  if (last === undefined) return "nothing was changed";
  const verb = name(last.verb, 60);
  if (status === "awaiting-approval" && last.reason === "changed")
    return `${verb} was approved before and not made, for its object was changed meanwhile; the plan was made anew`;
  if (verb.startsWith(undo)) return undoText[last.kind](verb.slice(undo.length));
  switch (last.kind) {
    case "applied":
      return madeText(incident, verb);
    case "uncertain":
      return `it is not known whether ${verb} was made`;
    case "refused":
    case "failed":
      return `${verb} was tried and not made`;
  }
};

const toTakeOver = "take over as said under Next";

const lookFirst = "look at the object before you type anything";

const undoneText: Record<Outcome["kind"], string> = {
  applied: toTakeOver,
  refused: "see why above before you take it back with its undo command",
  failed: "see why above before you take it back with its undo command",
  uncertain: lookFirst,
};

const takeOverText = ({ incident }: WriteUpInput): string => {
  if (saving(incident) !== null) return "type the command above, then see whether it gets well";
  const last = incident.outcomes.at(-1);
  if (last?.verb.startsWith(undo)) return undoneText[last.kind];
  const left = leftOfIt(incident);
  if (left !== null) return left === "nothing" ? toTakeOver : lookFirst;
  switch (last?.kind) {
    case "uncertain":
      return lookFirst;
    case "refused":
    case "failed":
      return "see why above before you type its command";
    case "applied":
      return "see whether it still stands, and take it back with its undo command";
    case undefined:
      return incident.plan?.kind === "actions"
        ? `if you agree with the proposed change, type its command; else ${toTakeOver}`
        : toTakeOver;
  }
};

const asked = ({ actions: [first, ...rest], expiresAt }: ActionPlan): string => {
  const what = first === undefined ? "the plan" : `${first.verb} (risk ${first.risk})`;
  const more = rest.length === 0 ? "" : ` and ${rest.length} more`;
  return `approve or reject ${what}${more} before ${clockTime(expiresAt)}`;
};

/** What the reader has to do, in one sentence. */
const yoursText = (input: WriteUpInput): string => {
  const { plan, decision } = input.incident;
  switch (input.status) {
    case "awaiting-approval":
      return plan?.kind === "actions" && decision === null ? asked(plan) : "decide on the page";
    case "escalated":
      return takeOverText(input);
    case "resolved":
      return "nothing to do tonight";
    case "dismissed":
      return isControlled(input) ? "nothing to do" : takeOverText(input);
    case "investigating":
    case "acting":
    case "verifying":
      return input.incident.escalation === null ? "nothing to do yet" : "look at it: Nightshift goes on, too";
  }
};

/** Read first, by somebody who was asleep: what was done, and what is theirs to do. */
export const nowPart = (input: WriteUpInput): string[] => {
  const done = doneText(input);
  return wrap(`**Now:** ${done}; ${yoursText(input)}.`);
};

const nowLines = /^\*\*Now:\*\* .*\n(?:(?!\*\*).+\n)*/m;

/** A card whose question was answered asks for nothing. */
export const withoutNow = (text: string): string => text.replace(nowLines, "");
