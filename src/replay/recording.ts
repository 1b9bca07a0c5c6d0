import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { Alert } from "../incident/alert.ts";
import { canonical, sha256 } from "../incident/canonical.ts";
import { Cost } from "../incident/cost.ts";
import { Decision } from "../incident/decision.ts";
import type { Evidence } from "../incident/evidence.ts";
import { type Incident, newIncident } from "../incident/incident.ts";
import type { Subject } from "../incident/subject.ts";
import type { Visit } from "../incident/tape.ts";

/** An entry of the journal, as far as a replay reads it. */
export interface Entry {
  kind: string;
  actor: string;
  line: string;
  data?: unknown;
}

/** Everything that is needed to play one incident again, without database or cluster. */
export interface Recording {
  id: string;
  subject: Subject;
  severity: string;
  openedAt: string;
  graphVersion: number;
  /** The rules were kept out of it, to measure a model by itself; a replay keeps them out, too. */
  rules?: "silent" | undefined;
  /** The alerts the newest walk began with. */
  alerts: Alert[];
  journal: readonly Entry[];
  tape: readonly Visit[];
  /** What the archive keeps of it; a what-if that changes a piece of evidence looks its question up here. */
  evidence: readonly Evidence[];
}

/** One step of a walk: the node and what it changed. */
export interface Step {
  node: string;
  changed: Record<string, unknown>;
  hash: string;
  line: string;
}

/** Most fields are as they were, which is told sooner without their text. */
const sameAs = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b) || canonical(a) === canonical(b);

/** What a step changed; long texts by hash, so that the journal stays short and still proves them. */
export const changedBy = (before: Incident | null, after: Incident): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(after)
      .filter(([key, value]) => !sameAs(value, before?.[key as keyof Incident] ?? null))
      .map(([key, value]) => [key, key === "writeUp" ? { sha256: sha256(value) } : value]),
  );

export const stepOf = (node: string, changed: Record<string, unknown>, line: string): Step => ({
  node,
  changed,
  hash: sha256(changed).slice(0, 16),
  line,
});

/** The steps as the journal has them: it outlives the checkpoints. */
export const stepsThen = ({ journal }: Recording): Step[] =>
  journal
    .filter(({ kind }) => kind === "step")
    .map(({ actor, line, data }) => {
      const { changed = {} } = (data ?? {}) as { changed?: Record<string, unknown> };
      return stepOf(actor, changed, line);
    });

const Beginning = z.object({ alerts: z.array(Alert), rounds: z.int(), cost: Cost, before: z.array(Alert) });

/** Where the walk began, by the number of steps before: at first, and each time that it was walked anew. */
export const beginningsThen = ({ journal, ...recording }: Recording): Map<number, Incident> => {
  const { id, subject, severity, openedAt } = recording;
  const begun = new Map<number, Incident>();
  let steps = 0;
  let first: Alert[] | null = null;
  for (const { kind, data } of journal) {
    if (kind === "step") steps += 1;
    if (kind !== "begin") continue;
    const { alerts, rounds, cost, before } = Beginning.parse(data);
    first ??= before;
    begun.set(steps, { ...newIncident({ id, subject, severity, openedAt, alerts }), rounds, cost });
  }
  if (!begun.has(0)) begun.set(0, newIncident({ id, subject, severity, openedAt, alerts: first ?? recording.alerts }));
  return begun;
};

/** One step that was taken: its node, and the step its walk began with. */
export interface Taken {
  node: string;
  begun: number;
}

/** Which way the incident went. */
export const pathThen = ({ journal }: Pick<Recording, "journal">): Taken[] => {
  const path: Taken[] = [];
  let begun = 0;
  for (const { kind, actor } of journal) {
    if (kind === "begin") begun = path.length;
    if (kind === "step") path.push({ node: actor, begun });
  }
  return path;
};

/** The answers people gave, in the order in which the walk took them. */
export const decisionsThen = (recording: Recording): Decision[] =>
  stepsThen(recording)
    .filter(({ node }) => node === "await-approval")
    .flatMap(({ changed }) => Decision.safeParse(changed.decision).data ?? []);
