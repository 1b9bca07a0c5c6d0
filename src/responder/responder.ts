import type { Alert } from "../incident/alert.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Incident, IncidentStatus } from "../incident/incident.ts";
import type { OwnPage } from "../incident/page-key.ts";
import type { Replay, ReplayRequest } from "../incident/replay.ts";
import type { Stats } from "../incident/stats.ts";
import type { Subject } from "../incident/subject.ts";
import type { ChangeBefore } from "../store/changes-before.ts";

import type { Said } from "./feedback.ts";

/** What an incident looks like from outside (DESIGN 5): the walk's state and what our own tables know of it. */
export interface IncidentView
  extends Omit<Incident, "questions" | "lookAgainAt" | "writeUp" | "alerts" | "modelNotes" | "reading"> {
  status: IncidentStatus;
  closedAt: string | null;
  /** The newest 50, as they came. */
  alerts: Alert[];
  alertCount: number;
  /** What was changed before it was opened again; `outcomes` has what was since. */
  changesBefore: ChangeBefore[];
  parentId: string | null;
  childIds: string[];
  links: Record<string, string>;
}

export interface IncidentRow {
  id: string;
  status: IncidentStatus;
  subject: Subject;
  severity: string;
  openedAt: string;
  closedAt: string | null;
  /** The incident that holds it, or held it until it ended. */
  parentId: string | null;
  childIds: string[];
  /** Its alerts and those of its children. */
  alertCount: number;
  /** Fault class of the diagnosis, of a child that was not looked at by itself that of its parent; `unknown`, or null before there is one. */
  class: string | null;
}

/** A piece of evidence without what came back. */
export interface EvidenceRow {
  id: string;
  /** What a person would type. */
  command: string;
  askedAt: string;
  answer: "found" | "no-data" | "could-not-ask";
}

export interface JournalEntry {
  seq: number;
  at: string;
  /** `alert`, `step`, `approval`, `intent`, `outcome`, `notice`, `turn`, ... */
  kind: string;
  /** Who did it: a node, a person, a worker. */
  actor: string;
  /** One line for people. */
  text: string;
  data: unknown;
}

export interface Page<T> {
  items: T[];
  /** Opaque; null on the last page. */
  cursor: string | null;
}

export interface Person {
  name: string;
  role: "viewer" | "approver" | "admin";
  /** How they came: `api`, `slack`, `console`. */
  via: string;
}

export type Decided =
  /** `waitsFor`: so many more people have to approve before anything happens. */
  | { kind: "accepted"; waitsFor?: number }
  | { kind: "not-found" }
  | { kind: "forbidden"; why: string }
  | { kind: "already-decided"; by: string; decision: string }
  | { kind: "plan-changed"; planHash: string | null }
  | { kind: "expired" };

export interface Delivery {
  /** Unique per delivery attempt chain (X-Webhook-Id), or null when the sender has none. */
  id: string | null;
  alerts: Alert[];
  /** The person who did it, where it was one and no monitoring system. */
  by?: string;
  /** The incident of PagerDuty that this one was merged into: what fires under it goes on there. */
  goesOn?: { id: string; url: string };
  /** Where it may be about a page that we sent ourselves. */
  page?: OwnPage;
}

/** A person did something to an incident where PagerDuty keeps it. */
export interface Touch {
  pagerdutyId: string;
  by: { id: string; name: string };
  page?: OwnPage;
}

export interface ReplayView extends Replay {
  id: string;
  incidentId: string;
  askedBy: string;
  askedAt: string;
  request: ReplayRequest;
}

/** The verbs the outside may use. They only commit and signal; none of them runs the graph. */
export interface Responder {
  /** Resolves once everything is committed. Repeats change nothing and answer the same ids. */
  receive(delivery: Delivery): Promise<string[]>;
  /** A person has acknowledged it in PagerDuty: it is on the record of the incidents it answers. */
  touched(touch: Touch): Promise<string[]>;
  decide(
    incidentId: string,
    input: { decision: "approve" | "reject"; planHash: string; reason: string | null },
    person: Person,
  ): Promise<Decided>;
  /** What a person says of the diagnosis; it is what is remembered. False when there is no such incident. */
  feedback(incidentId: string, said: Said, person: Person): Promise<boolean>;
  list(filter: {
    status: IncidentStatus | null;
    subject: string | null;
    cursor: string | null;
    /** Opened at or after the one, before the other; ISO 8601. */
    since?: string | null;
    until?: string | null;
  }): Promise<Page<IncidentRow>>;
  show(incidentId: string): Promise<IncidentView | null>;
  timeline(incidentId: string): Promise<JournalEntry[] | null>;
  /** Everything the archive keeps of the incident, oldest first. */
  evidenceList(incidentId: string): Promise<EvidenceRow[] | null>;
  evidence(incidentId: string, evidenceId: string): Promise<Evidence | null>;
  /** Markdown; null when there is no such incident. Always something: unfinished incidents get a report of what is known. */
  report(incidentId: string): Promise<string | null>;
  /** Plays the incident from its tape and keeps the result; the id of the replay, or null when there is no such incident. */
  replay(incidentId: string, request: ReplayRequest, person: Person): Promise<string | null>;
  showReplay(replayId: string): Promise<ReplayView | null>;
  /** Markdown for those who look back; null when there is no such incident. */
  postMortem(incidentId: string): Promise<string | null>;
  stats(): Promise<Stats>;
  /** Calls back for each new journal entry of the incident until the signal aborts. */
  follow(incidentId: string, after: number, onEntry: (entry: JournalEntry) => void, signal: AbortSignal): Promise<void>;
}

/** The verbs that only look. */
export type Reader = Pick<
  Responder,
  "list" | "show" | "timeline" | "evidenceList" | "evidence" | "report" | "postMortem" | "stats"
>;
