import type { StateSnapshot } from "@langchain/langgraph";
import type { Walk } from "../graph/graph.ts";
import { askedOf, isOfWorld } from "../incident/asked.ts";
import { Incident, terminalStatuses } from "../incident/incident.ts";
import { statusOf } from "../incident/status.ts";
import { changedBy } from "../replay/recording.ts";
import { tiesOf } from "../store/families.ts";
import { passCheckpoint, projectState, readIncident } from "../store/incidents.ts";
import { appendAll, chainEnds, type NewEntry } from "../store/journal.ts";
import { currentNotice } from "../store/notices.ts";
import { callsOf } from "../store/tapes.ts";
import { inFreshTransaction, inOneGo, inUnhurriedTransaction, type Runner } from "../store/transaction.ts";
import { holdTurn, type Turn } from "../store/turns.ts";
import { announce, type Happened, isFollowed } from "./announce.ts";
import { closeIfOver } from "./close.ts";
import { lockFamily, settleFamily } from "./family.ts";
import { stepLine } from "./story.ts";
import { pageAgainKey } from "./told-beside.ts";
import { foundCause, traceOf } from "./trace.ts";
import type { Store } from "./turn-ports.ts";

const checkpointOf = (snapshot: StateSnapshot): string => String(snapshot.config.configurable?.checkpoint_id ?? "");

const states = new WeakMap<StateSnapshot, Incident | null>();

/** Read once of each snapshot: it is asked for at every turn, and takes longer than most of what is done with it. */
const stateOf = (snapshot: StateSnapshot): Incident | null => {
  const known = states.get(snapshot);
  if (known !== undefined) return known;
  const state = Incident.safeParse(snapshot.values).data ?? null;
  states.set(snapshot, state);
  return state;
};

const parentOf = ({ parentConfig }: StateSnapshot): string => String(parentConfig?.configurable?.checkpoint_id ?? "");

/** A checkpoint, with the one before it. */
type Step = [before: StateSnapshot, snapshot: StateSnapshot];

/** From the newest back to the one that was seen, oldest first; no more than `most`, where that is said. */
const newestSteps = async (
  walk: Walk,
  threadId: string,
  seen: string | null,
  most: { limit?: number } = {},
): Promise<StateSnapshot[]> => {
  const steps: StateSnapshot[] = [];
  const config = { configurable: { thread_id: threadId } };
  for await (const snapshot of walk.getStateHistory(config, most)) {
    steps.push(snapshot);
    if (checkpointOf(snapshot) === seen) break;
  }
  return steps.reverse();
};

/**
 * Checkpoints newer than the one that was projected last, and that one before them; oldest first. `last` is what the look before
 * found: one step a look is the rule, and then only that step is read. The saver reads all it is asked for at once.
 */
const unseenSteps = async (walk: Walk, threadId: string, { seen, last }: Since): Promise<StateSnapshot[]> => {
  const [newest] = await newestSteps(walk, threadId, seen, { limit: 1 });
  if (newest === undefined || checkpointOf(newest) === seen) return newest ? [newest] : [];
  const isNext = last !== undefined && checkpointOf(last) === seen && parentOf(newest) === seen;
  return isNext ? [last, newest] : newestSteps(walk, threadId, seen);
};

/** Steps that those who follow from outside hear of. */
const happenedIn = (node: string, before: Incident | null, after: Incident): Omit<Happened, "at" | "line"> | null => {
  if (node === "request-approval") return { what: "approval-asked", about: String(after.rounds) };
  if (node === "escalate") return { what: "escalated", status: "escalated" };
  const news = after.outcomes.length > 0 && JSON.stringify(before?.outcomes) !== JSON.stringify(after.outcomes);
  return news
    ? {
        what: "acted",
        about: after.outcomes
          .map(({ key }) => key)
          .join("+")
          .slice(-200),
      }
    : null;
};

const announceStep = async (
  tx: Runner,
  store: Store,
  turn: Turn,
  [before, snapshot]: Step,
  again: boolean,
): Promise<void> => {
  const after = stateOf(snapshot);
  const [node] = before.next;
  if (after === null || node === undefined) return;
  const happened = happenedIn(node, stateOf(before), after);
  if (happened === null) return;
  const at = new Date(snapshot.createdAt ?? after.openedAt);
  const update = again && happened.what === "escalated" ? { again, about: `again:${checkpointOf(snapshot)}` } : {};
  await announce(tx, store, turn.incidentId, { ...happened, ...update, at, line: stepLine(node, after, again) });
};

/** A walk that begins anew: a replay begins again at the same point, with the same. */
const beginningEntry = ([before, snapshot]: Step): NewEntry | null => {
  const [former, input] = [stateOf(before), stateOf(snapshot)];
  if (former === null || input === null) return null;
  const { alerts, rounds, cost } = input;
  return {
    at: snapshot.createdAt ?? input.openedAt,
    kind: "begin",
    actor: "nightshift",
    line: "the walk begins anew",
    data: { alerts, rounds, cost, before: former.alerts },
  };
};

/** Each checkpoint with the one before it. A new input ends no node, whatever was next when it came. */
const pairsOf = (steps: readonly StateSnapshot[]): Step[] =>
  steps.flatMap((step, index): Step[] => {
    const before = steps[index - 1];
    return before === undefined || step.metadata?.source === "input" ? [] : [[before, step]];
  });

const stepEntry = (step: Step, calls: Awaited<ReturnType<typeof callsOf>>, again: boolean): NewEntry | null => {
  const [before, snapshot] = step;
  const after = stateOf(snapshot);
  const [node] = before.next;
  if (after === null || node === undefined) return null;
  if (node === "__start__") return beginningEntry(step);
  return {
    at: snapshot.createdAt ?? after.openedAt,
    kind: "step",
    actor: node,
    line: stepLine(node, after, again),
    data: {
      checkpoint: checkpointOf(snapshot),
      changed: changedBy(stateOf(before), after),
      // An id is the hash of a question and its answer, so the chain holds what was read, not only that something was.
      reads: after.evidence.filter((id) => !stateOf(before)?.evidence.includes(id)),
      asked: calls.filter(isOfWorld).map(askedOf),
    },
  };
};

/** What each step asked; nothing where it ends no node. */
const callsIn = (tx: Runner, { incidentId }: Turn, steps: readonly Step[]) =>
  Promise.all(
    steps.map(([before, { metadata }]) => {
      const [node] = before.next;
      return node === undefined ? [] : callsOf(tx, incidentId, Number(metadata?.step), node);
    }),
  );

/** In this order: what is read once the row is locked stays so. It may have been opened again just now. */
const readHeld = (tx: Runner, turn: Turn, steps: readonly Step[]) =>
  inOneGo(
    tx,
    () => holdTurn(tx, turn),
    () => chainEnds(tx, [turn.incidentId]),
    () => tiesOf(tx, turn.incidentId),
    () => callsIn(tx, turn, steps),
  );

/** Whoever was paged was told that it ends as before. */
const wasToldAgain = async (tx: Runner, incidentId: string): Promise<boolean> => {
  const row = await readIncident(tx, incidentId);
  return row !== null && (await currentNotice(tx, pageAgainKey(row))) !== null;
};

interface Since {
  /** The checkpoint that was projected last; null: none. */
  seen: string | null;
  /** The same as it was read, where this turn has. */
  last?: StateSnapshot | undefined;
  now: Date;
}

/** A crash of the server forgot what this turn had shown already: it was not waited for. */
class Forgotten extends Error {
  readonly shown: string | null;
  constructor(shown: string | null) {
    super(`the record stands at checkpoint ${shown}`);
    this.shown = shown;
  }
}

interface Projected {
  newest: StateSnapshot | undefined;
  seen: string | null;
}

/** What nobody has been shown of a walk yet, and how it stands after that. */
interface Unseen {
  steps: readonly StateSnapshot[];
  newest: StateSnapshot;
  state: Incident;
}

const show =
  (store: Store, turn: Turn, { steps, newest, state }: Unseen, { seen, now }: Since) =>
  async (tx: Runner): Promise<void> => {
    const { incidentId: id } = turn;
    const [status, trace] = [statusOf(state, newest.next), traceOf(state, newest.next)];
    const family = foundCause(state, newest.next) ? await lockFamily(tx, id, trace) : null;
    const pairs = pairsOf(steps);
    const [shown, ends, { beginAnew }, calls] = await readHeld(tx, turn, pairs);
    if (shown !== seen) throw new Forgotten(shown);
    const again = pairs.some(([{ next }]) => next[0] === "escalate") && (await wasToldAgain(tx, id));
    const entries = pairs
      .flatMap((pair, n) => stepEntry(pair, calls[n] ?? [], again) ?? [])
      .map((entry) => ({ incidentId: id, entry }));
    const checkpointId = checkpointOf(newest);
    await inOneGo(
      tx,
      () => appendAll(tx, entries, ends),
      () => (beginAnew ? passCheckpoint(tx, id, checkpointId) : projectState(tx, id, { state, status, checkpointId })),
    );
    if (beginAnew) return;
    for (const pair of isFollowed(store) ? pairs : []) await announceStep(tx, store, turn, pair, again);
    if (family !== null) await settleFamily(tx, store, id, trace, family, now);
    if (terminalStatuses.includes(status)) await closeIfOver(tx, store, id, now);
  };

/**
 * Brings the journal and what people see up to the newest checkpoint. Checkpoints are the truth and this follows them,
 * so a crash between a step and its journal entry is made good by the next turn. Steps of a walk that is to begin anew come
 * too late for anything but the record: what they ended has been opened again since.
 */
export const project = async (store: Store, turn: Turn, walk: Walk, since: Since): Promise<Projected> => {
  const { seen } = since;
  const steps = await unseenSteps(walk, turn.incidentId, since);
  const newest = steps.at(-1);
  const state = newest ? stateOf(newest) : null;
  if (newest === undefined || state === null || checkpointOf(newest) === seen) return { newest, seen };
  try {
    await inFreshTransaction(store.pool, show(store, turn, { steps, newest, state }, since), inUnhurriedTransaction);
  } catch (error) {
    if (error instanceof Forgotten) return project(store, turn, walk, { ...since, seen: error.shown });
    throw error;
  }
  return { newest, seen: checkpointOf(newest) };
};
