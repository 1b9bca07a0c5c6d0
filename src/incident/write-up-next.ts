import { type Evidence, keptLogs } from "./evidence.ts";
import { gapText } from "./gap.ts";
import type { Incident } from "./incident.ts";
import type { ActionPlan } from "./plan.ts";
import { cited, diffLines, isControlled, recommendation, type WriteUpInput } from "./write-up-parts.ts";
import { command, dayAndTime, fence, name, prose, wrap } from "./write-up-text.ts";

/** How a person without the console says yes; the other answer is one word away. */
const decideCommand = (incidentId: string, plan: ActionPlan, page: string): string => {
  const path = `/api/incidents/${encodeURIComponent(incidentId)}/decision`;
  const url = URL.canParse(path, page) ? new URL(path, page).href : `$NIGHTSHIFT_URL${path}`;
  const body = JSON.stringify({ decision: "approve", planHash: plan.hash });
  return `curl -sS "${url}" -H "Authorization: Bearer $NIGHTSHIFT_TOKEN" -H 'Content-Type: application/json' -d '${body}'`;
};

const lookAgain = (input: WriteUpInput): string[] => {
  const { diagnosis } = input.incident;
  const ids =
    diagnosis?.kind === "cause" ? diagnosis.evidence : (diagnosis?.candidates.flatMap((one) => one.evidence) ?? []);
  const found = [cited(input, ids), keptLogs(input.evidence), input.evidence].find((some) => some.length > 0) ?? [];
  return found.slice(0, 2).map((one) => command(one.command));
};

export const asksNext = "**Next:** approve or reject";
const decide = (input: WriteUpInput, plan: ActionPlan): string[] => [
  ...wrap(`${asksNext} before ${dayAndTime(plan.expiresAt)}, on the page or with this ("reject" is the other answer):`),
  ...fence([decideCommand(input.incident.id, plan, input.links.page)], "sh"),
];

const mostDiff = 12;

const takeOver = (input: WriteUpInput): string[] => {
  const { plan, diagnosis } = input.incident;
  // For an unknown cause the recommendation repeats gaps and candidates, which are rendered elsewhere with their evidence.
  const { words, commands, diff } = recommendation(diagnosis?.kind === "cause" ? plan : null);
  const told = words.slice(0, 5).map((line) => prose(line, 180));
  const shown = commands.length > 0 ? commands.slice(0, 4).map(command) : lookAgain(input);
  return [
    "**Next:** take over from here.",
    ...told.flatMap((line) => wrap(`- ${line}`, "  ")),
    ...fence(diffLines(diff, mostDiff), "diff"),
    ...fence(shown, "sh"),
  ];
};

const resolved = ({ incident: { diagnosis, outcomes } }: WriteUpInput): string[] => {
  if (!outcomes.some(({ kind }) => kind === "applied"))
    return ["**Next:** nothing; it recovered without a change of ours."];
  const what = diagnosis?.kind === "cause" ? ` (${diagnosis.class})` : "";
  return wrap(
    `**Next:** nothing tonight. Tomorrow: make the change last where the manifest is kept, and remove the cause${what}.`,
  );
};

export const nextPart = (input: WriteUpInput): string[] => {
  const { plan, decision } = input.incident;
  switch (input.status) {
    case "awaiting-approval":
      return plan?.kind === "actions" && decision === null ? decide(input, plan) : ["**Next:** decide on the page."];
    case "escalated":
      return takeOver(input);
    case "resolved":
      return resolved(input);
    case "dismissed":
      return plan?.kind === "none" && !isControlled(input) ? takeOver(input) : ["**Next:** nothing."];
    case "investigating":
    case "acting":
    case "verifying":
      return ["**Next:** wait; Nightshift is at work and pages a person when its time is up."];
  }
};

const podTail = /^$|^-\d+$|^-(?:[a-z0-9]{6,10}-|\d+-)?[a-z0-9]{5}$/;

/** The log of somebody else's pod is no gap in what is known of the subject. */
const concerns = ({ subject, diagnosis }: Incident, { question }: Evidence): boolean => {
  if (question.ask !== "logs" || /^(Namespace|Cluster|Node)$/.test(subject.kind)) return true;
  const held = diagnosis?.kind === "cause" ? [subject, diagnosis.object] : [subject];
  return held.some(
    ({ namespace, name: owner }) =>
      question.namespace === namespace &&
      question.pod.startsWith(owner) &&
      podTail.test(question.pod.slice(owner.length)),
  );
};

// These are told below from the evidence itself, as far as they concern the subject.
const retold = /^could not ask \(|more questions could not be asked$|: not permitted$/;

/** How much of what a model said is not told here, and why; its words stay out. */
const struckLine = ({ diagnosis }: Incident): string[] => {
  const [first, ...rest] = diagnosis?.struck ?? [];
  if (first === undefined) return [];
  const count = rest.length === 0 ? "1 claim" : `${rest.length + 1} claims`;
  return [`${count} of the model struck: ${prose(first.why, 120)}`];
};

export const gapsPart = ({ incident, evidence, notes }: WriteUpInput): string[] => {
  const { diagnosis } = incident;
  const reasons = diagnosis?.kind === "unknown" ? diagnosis.missing.filter((gap) => !retold.test(gap)) : [];
  const missing = reasons.slice(0, 3).map((gap) => prose(gap, 240));
  const own = evidence.filter((one) => concerns(incident, one));
  const refused = own.flatMap((one) => gapText({ ...one, command: name(one.command, 90) }) ?? []);
  const more = refused.length > 2 ? [`and ${refused.length - 2} more questions that could not be asked`] : [];
  const all = [
    ...missing,
    ...refused.slice(0, 2),
    ...more,
    ...struckLine(incident),
    ...notes.slice(0, 2).map((note) => prose(note, 160)),
  ];
  return all.length === 0 ? [] : ["**Not known:**", ...all.flatMap((line) => wrap(`- ${line}`, "  "))];
};

export const runbooksPart = ({ incident: { runbooks } }: WriteUpInput): string[] => {
  const fit = runbooks.filter(({ confident }) => confident).slice(0, 2);
  if (runbooks.length > 0 && fit.length === 0) return ["**Runbooks:** none fits."];
  return fit.flatMap(({ title, runbook, why }) =>
    wrap(`**Runbook:** ${name(title, 70)}, ${name(runbook, 60)} (${prose(why.split(";")[0] ?? "", 60)})`),
  );
};
