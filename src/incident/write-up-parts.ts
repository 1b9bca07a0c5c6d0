import type { Cause } from "./diagnosis.ts";
import { type Evidence, keptLogs } from "./evidence.ts";
import { isControl } from "./fault-classes.ts";
import type { Incident, IncidentStatus } from "./incident.ts";
import type { Outcome } from "./outcome.ts";
import type { ActionPlan, Plan } from "./plan.ts";
import { leftOfIt, typedIn } from "./saving.ts";
import { isUnread, refText } from "./subject.ts";
import { tellingLines } from "./write-up-quote.ts";
import { sentences } from "./write-up-sentences.ts";
import { clockTime, command, dayAndTime, fence, name, prose, quoted, wrap } from "./write-up-text.ts";

export interface WriteUpInput {
  incident: Incident;
  status: IncidentStatus;
  /** What the incident's evidence ids stand for. A claim that rests on none of it is not rendered. */
  evidence: readonly Evidence[];
  links: { readonly page: string };
  /** What else a reader must know, e.g. that no model is configured. */
  notes: readonly string[];
}

/** How much room the parts that can shrink are given. */
export interface Room {
  /** Letters of the cause's statement. */
  words: number;
  quotes: number;
  diff: number;
}

export const asksTitle = "WAITS FOR YOUR DECISION";
const statusWords: Record<IncidentStatus, string> = {
  investigating: "being investigated",
  "awaiting-approval": asksTitle,
  acting: "change under way",
  verifying: "change made, being verified",
  resolved: "RESOLVED",
  escalated: "NEEDS A PERSON",
  dismissed: "dismissed, nothing to do",
};

/** What was headed by what it waits for and is over now: nobody is needed any more. */
export const asOver = (text: string): string => text.replace(/NEEDS\s+A\s+PERSON/, "OVER, a person was called");

/** Nothing is wrong, or it was noise. */
export const isControlled = ({ incident: { diagnosis } }: WriteUpInput): boolean =>
  diagnosis?.kind === "cause" && isControl(diagnosis.class);

const bullet = (text: string): string[] => wrap(`- ${text}`, "  ");

export const cited = ({ evidence }: WriteUpInput, ids: readonly string[]): Evidence[] =>
  evidence.filter(({ id }) => ids.includes(id));

const citing = (found: readonly Evidence[]): string =>
  `[${found
    .slice(0, 4)
    .map(({ id }) => id)
    .join(", ")}]`;

export const headline = (input: WriteUpInput): string => {
  const { subject, severity, diagnosis } = input.incident;
  const grounded = diagnosis?.kind === "cause" && cited(input, diagnosis.evidence).length > 0;
  const what = grounded ? `: ${diagnosis.class}` : "";
  return `${name(severity, 12).toUpperCase()} ${name(refText(subject), 110)}${what}, ${statusWords[input.status]}`;
};

export const sinceWhen = ({ incident }: WriteUpInput): string[] => {
  const { alerts, subject, openedAt, diagnosis, verdict } = incident;
  const since = alerts.map(({ startsAt }) => startsAt).sort()[0] ?? openedAt;
  const names = [...new Set(alerts.map((alert) => name(alert.name, 50)))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  const wide =
    diagnosis?.kind === "cause"
      ? diagnosis.scope === "isolated"
        ? "this object only"
        : "several objects"
      : "not known";
  const until = verdict?.kind === "recovered" ? `, healthy again ${clockTime(verdict.at)}` : "";
  const unread = isUnread(subject)
    ? " The alert's details could not be read from PagerDuty, so it is not known what it is about."
    : "";
  const guess = subject.guessed ? " The object's owner was guessed from its name." : "";
  return wrap(
    `**Since** ${dayAndTime(since)}${until}. **How wide:** ${wide}. **Cluster:** ${name(subject.cluster, 40)}. **Alerts:** ${names.slice(0, 3).join(", ") || "none"}${more}.${guess}${unread}`,
  );
};

/** A reason may be shortened, the command it ends with never: half a command is worse than none. */
export const whyPart = ({ incident }: WriteUpInput): string[] => {
  const { escalation } = incident;
  if (escalation === null) return [];
  const typed = typedIn(escalation);
  const said = typed === null ? escalation : escalation.slice(0, -typed.length);
  const words = prose(said, 280);
  return [
    ...wrap(`**Why a person:** ${words}${typed !== null && words.endsWith("…") ? " Type:" : ""}`),
    ...fence(typed === null ? [] : [command(typed)], "sh"),
  ];
};

const by = ({ by: who, confidence }: Cause): string =>
  `${who === "rules" ? "by rules" : "by the model, in its own words: what is checked are the quotes"}, confidence ${confidence.toFixed(2)}`;

/** That nothing changed is an answer too. */
const changeLines = (input: WriteUpInput, cause: Cause): string[] => {
  if (cause.changes.length === 0 && cause.by === "rules")
    return bullet(
      `changed before the alert: nothing that the cluster keeps ${citing(cited(input, cause.evidence).slice(0, 1))}`,
    );
  return cause.changes
    .filter(({ evidence }) => cited(input, [evidence]).length > 0)
    .slice(0, 2)
    .flatMap(({ at, what, evidence }) =>
      bullet(`changed ${at.length > 11 ? clockTime(at) : name(at, 25)}: ${prose(what, 160)} [${evidence}]`),
    );
};

const causeLines = (input: WriteUpInput, cause: Cause, room: Room): string[] => {
  const found = cited(input, cause.evidence);
  if (found.length === 0) return ["**Cause:** one was named, but no stored evidence supports it, so it is not shown."];
  const also = cause.alsoSeen.filter(({ evidence }) => cited(input, evidence).length > 0).slice(0, 1);
  return [
    ...wrap(`**Cause:** ${sentences(cause.statement, room.words)} ${citing(found)} (${by(cause)})`),
    ...fence(tellingLines(found, cause.statement, room.quotes, cause.object.name), "text"),
    ...changeLines(input, cause),
    ...also.flatMap((seen) =>
      bullet(`also seen: ${sentences(seen.statement, 160)} ${citing(cited(input, seen.evidence))}`),
    ),
  ];
};

export const causePart = (input: WriteUpInput, room: Room): string[] => {
  const { diagnosis } = input.incident;
  if (diagnosis === null) return ["**Cause:** not known, the diagnosis was not finished."];
  if (diagnosis.kind === "cause") return causeLines(input, diagnosis, room);
  const candidates = diagnosis.candidates.filter(({ evidence }) => cited(input, evidence).length > 0).slice(0, 2);
  const suspected = candidates.flatMap(({ evidence }) => cited(input, evidence));
  const read = suspected.length > 0 ? suspected : keptLogs(input.evidence);
  const statements = candidates.map(({ statement }) => statement).join(" ");
  return [
    "**Cause:** not known.",
    ...candidates.flatMap((one) =>
      bullet(`may be ${one.class}: ${sentences(one.statement, 220)} ${citing(cited(input, one.evidence))}`),
    ),
    ...fence(tellingLines(read, statements, room.quotes, input.incident.subject.name), "text"),
  ];
};

const shortened = (lines: readonly string[], most: number): string[] =>
  lines.length <= most
    ? [...lines]
    : [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more lines on the page`];

/** The lines that change, with their surroundings only where there is room; file headers say nothing here. */
export const diffLines = (diff: string, most: number): string[] => {
  const lines = diff
    .slice(0, 20_000)
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(---|\+\+\+) /.test(line));
  const changed = lines.filter((line) => /^[+-]/.test(line));
  return shortened(lines.length <= most ? lines : changed, most).map((line) => quoted(line));
};

const decisionText = ({ decision }: Incident, plan: ActionPlan): string => {
  switch (decision?.kind) {
    case "approved":
      return `approved by ${name(decision.by, 50)} at ${clockTime(decision.at)}`;
    case "rejected":
      return `rejected by ${name(decision.by, 50)} at ${clockTime(decision.at)}${decision.why === null ? "" : `: ${prose(decision.why, 120)}`}`;
    case "expired":
      return `nobody decided before ${clockTime(decision.at)}`;
    case "void":
      return `no longer asked: ${prose(decision.why, 120)}`;
    case undefined:
      return plan.authority === "policy"
        ? "allowed by policy"
        : `waits for a person until ${dayAndTime(plan.expiresAt)}`;
  }
};

const ends: Record<Outcome["kind"], string> = {
  applied: "Done",
  refused: "Not done (refused)",
  failed: "Not done (failed)",
  uncertain: "Perhaps done",
};

const ended = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** What was refused because something moved was of the plan before, once that was made anew. */
const ofThisPlan = ({ outcomes, askedAgain = null, decision }: Incident): Outcome[] => {
  const approvedAt = decision?.kind === "approved" ? Date.parse(decision.at) : Number.POSITIVE_INFINITY;
  return askedAgain === null
    ? outcomes
    : outcomes.filter(({ reason, at }) => reason !== "changed" || Date.parse(at) >= approvedAt);
};

const actionLines = (incident: Incident, plan: ActionPlan, room: Room): string[] =>
  plan.actions.slice(0, 2).flatMap((action) => {
    const outcome = ofThisPlan(incident).findLast(({ verb }) => verb === action.verb);
    const untried = action.when !== undefined && incident.verdict !== null ? "Not needed" : "Proposed";
    const state = outcome === undefined ? untried : ends[outcome.kind];
    const came =
      outcome === undefined || outcome.kind === "applied"
        ? ""
        : ` What came back: ${ended(prose(outcome.message, 150))}`;
    return [
      ...wrap(
        `**${state}:** ${action.verb} on ${name(refText(action.target), 110)}, risk ${action.risk}; ${decisionText(incident, plan)}. ${prose(action.effect, 160)}${came}`,
      ),
      ...fence(diffLines(action.diff, room.diff), "diff"),
      // Two lines, not one block: copied together they would do and undo.
      `- command: \`${command(action.command)}\``,
      ...(leftOfIt(incident) === "nothing"
        ? []
        : [`- undo${action.undo.exact ? "" : " (not exact)"}: \`${command(action.undo.command)}\``]),
    ];
  });

/** That somebody has answered, or read, another question than this one. */
const againLines = ({ askedAgain = null, plan }: Incident): string[] => {
  if (askedAgain === null) return [];
  const what = plan?.kind === "actions" ? "Asked again" : "No longer asked";
  return wrap(`**${what}:** the question before counts no more: ${ended(prose(askedAgain, 200))}`);
};

export const planPart = ({ incident }: WriteUpInput, room: Room): string[] => {
  const again = againLines(incident);
  const now = nowPlanned(incident, room);
  return now.length === 0 ? again : [...again, ...now];
};

const nowPlanned = (incident: Incident, room: Room): string[] => {
  const { plan } = incident;
  if (plan === null) return [];
  if (plan.kind === "none" && incident.escalation?.includes(plan.why)) return [];
  if (plan.kind === "none") return wrap(`**No change proposed:** ${prose(plan.why, 240)}`);
  const more = plan.actions.length > 2 ? [`- and ${plan.actions.length - 2} more actions on the page`] : [];
  return [...actionLines(incident, plan, room), ...more, ...undoLines(incident, room)];
};

/** Our own change taken back: no plan shows its diff. */
const undoLines = ({ outcomes }: Incident, room: Room): string[] =>
  outcomes
    .filter(({ verb }) => verb.startsWith("undo of "))
    .flatMap(({ verb, kind, message, diff }) => [
      "",
      ...wrap(
        `**${kind === "applied" ? "Undone" : `Undo ${kind}`}:** ${verb.slice("undo of ".length)}. ${ended(prose(message, 150))}`,
      ),
      ...(diff === undefined ? [] : fence(diffLines(diff, room.diff), "diff")),
    ]);

export const verdictPart = ({ incident: { verdict } }: WriteUpInput): string[] => {
  if (verdict === null) return [];
  const bad = verdict.checks.filter(({ ok }) => !ok);
  const good = verdict.checks.filter(({ ok }) => ok);
  const words =
    verdict.kind === "recovered" ? "recovered, proven" : verdict.kind === "worse" ? "worse than before" : "not better";
  const passed =
    good.length === 0
      ? ""
      : ` Passed: ${good
          .map((check) => name(check.name, 40))
          .slice(0, 6)
          .join(", ")}.`;
  return [
    ...wrap(
      `**Verdict** at ${clockTime(verdict.at)}: ${words}, ${good.length} of ${verdict.checks.length} checks passed.${passed}`,
    ),
    ...bad
      .slice(0, 3)
      .flatMap((check) =>
        bullet(`${check.required ? "failed" : "not counted"}: ${name(check.name, 40)}: ${prose(check.detail, 140)}`),
      ),
  ];
};

/** Our own recommendation is lines of prose, fenced commands and a fenced diff; all are rendered anew, so nothing else gets through. */
export const recommendation = (plan: Plan | null): { words: string[]; commands: string[]; diff: string } => {
  const words: string[] = [];
  const commands: string[] = [];
  const diff: string[] = [];
  let into = words;
  for (const line of plan?.kind === "none" ? plan.recommendation.slice(0, 8_000).split("\n") : []) {
    if (line.trim().startsWith("```")) into = into !== words ? words : line.trim() === "```diff" ? diff : commands;
    else if (into === diff) diff.push(line);
    else if (line.trim() !== "") into.push(line.trim().replace(/^-\s+/, ""));
  }
  return { words, commands, diff: diff.join("\n") };
};
