import { setTimeout as pause } from "node:timers/promises";
import type { StoryName } from "../../src/demo/recorded-cluster/story.ts";
import { terminalStatuses } from "../../src/incident/incident.ts";
import type { IncidentView } from "../../src/responder/responder.ts";
import { firstBreak, read } from "../../src/store/journal.ts";
import type { TestDatabase } from "../support/database.ts";
import { type Life, type Stage, setStage, until } from "./stage.ts";

/** How a night ended, by what stands in the database and what the API server saw. */
export interface Ending {
  status: string;
  verdict: string | null;
  /** Writes that reached the API server, dry runs not counted. */
  writes: number;
  incidents: number;
  journalBreak: number | null;
  undelivered: string[];
  /** Nodes in the order they left their step on the record. */
  steps: string[];
}

const dead = ({ process }: Life): boolean => process.exitCode !== null || process.signalCode !== null;

/** A process that dies in between gives no answer; that is not an error here. */
const shown = async (life: Life, id: string): Promise<IncidentView | null> => {
  try {
    return await life.client.show(id);
  } catch (error) {
    // The connection breaks a moment before the end of the process is known.
    await Promise.race([life.ended, pause(2_000)]);
    if (dead(life)) return null;
    throw error;
  }
};

export const hashOf = ({ plan }: IncidentView): string => (plan?.kind === "actions" ? plan.hash : "");

export const isAsking = (incident: IncidentView | null): incident is IncidentView =>
  incident?.status === "awaiting-approval" && incident.decision === null;

/** So long without anything new of the incident; a machine that is busy with other things is only slow. */
const patienceSeconds = 50;

/** Answers questions until the incident is over or the process is dead. */
export const carryThrough = async (
  life: Life,
  id: string,
  decision: "approve" | "reject" | "nothing",
): Promise<void> => {
  const answered = new Set<string>();
  let last = "";
  const ended = async () => {
    const incident = await shown(life, id);
    last = JSON.stringify(incident);
    if (incident === null || dead(life)) return true;
    if (decision !== "nothing" && isAsking(incident) && !answered.has(hashOf(incident))) {
      answered.add(hashOf(incident));
      await life.client.decide(id, decision, hashOf(incident)).catch((error: unknown) => {
        if (!dead(life)) throw error;
      });
    }
    return terminalStatuses.includes(incident.status);
  };
  await until(`incident ${id} ends`, ended, patienceSeconds, () => last);
};

const undelivered = async ({ db }: Stage): Promise<string[]> =>
  (await db.pool.query<{ key: string }>("select key from nightshift.notices where version > sent_version")).rows.map(
    ({ key }) => key,
  );

export const endingOf = async (stage: Stage, id: string): Promise<Ending> => {
  const { rows } = await stage.db.pool.query<{ status: string; verdict: string | null }>(
    "select status, state -> 'verdict' ->> 'kind' as verdict from nightshift.incidents where id = $1",
    [id],
  );
  const { rowCount } = await stage.db.pool.query("select 1 from nightshift.incidents");
  const journal = await read(stage.db.pool, id);
  return {
    status: rows[0]?.status ?? "gone",
    verdict: rows[0]?.verdict ?? null,
    writes: stage.cluster.writes().length,
    incidents: rowCount ?? 0,
    journalBreak: firstBreak(id, journal),
    undelivered: await undelivered(stage),
    steps: journal.filter(({ kind }) => kind === "step").map(({ actor }) => actor),
  };
};

export const allDelivered = (stage: Stage): Promise<true> =>
  until("every notice is delivered", async () => (await undelivered(stage)).length === 0 || null);

export interface Night {
  story?: StoryName;
  decision?: "approve" | "reject";
  /** Environment of the first life: where it dies, and what it lacks. */
  first: Record<string, string>;
  /** Environment of the second life. */
  second?: Record<string, string>;
}

/** One incident over two lives: the first is killed on its way, the second carries on. */
export const play = async (
  { story = "bad-rollout", decision = "approve", first, second = {} }: Night,
  db: TestDatabase,
): Promise<Ending> => {
  const stage = await setStage(story, db);
  try {
    const life = await stage.start(first);
    const id = await stage.alert(life);
    await carryThrough(life, id, decision);
    const end = await Promise.race([life.ended, Promise.resolve("alive")]);
    if (end !== "SIGKILL") throw new Error(`to be killed at ${first.KILL_AT}, but ${end}:\n${life.lines.join("\n")}`);
    await carryThrough(await stage.start(second), id, decision);
    await allDelivered(stage);
    return await endingOf(stage, id);
  } finally {
    await stage.close();
  }
};
