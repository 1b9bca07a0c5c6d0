import { Command, isGraphInterrupt, MemorySaver } from "@langchain/langgraph";
import type { SerializerProtocol } from "@langchain/langgraph-checkpoint";
import { strictSerde } from "../graph/checkpoint-serde.ts";
import type { buildGraph, Settings, Walk } from "../graph/graph.ts";
import { canonical } from "../incident/canonical.ts";
import type { Decision } from "../incident/decision.ts";
import { Incident } from "../incident/incident.ts";
import type { TapedSettings } from "../incident/tape.ts";
import type { DiagnoseByRules } from "../nodes/diagnose.ts";
import { redactor } from "../ports/redacted.ts";
import type { Player } from "./play.ts";
import { changedBy } from "./recording.ts";

export interface WalkOptions {
  build: typeof buildGraph;
  player: Player;
  policy?: TapedSettings["policy"];
  /** Absent: the rules of today. */
  judge?: DiagnoseByRules;
  /** What the walk is told where it begins, after so many steps; undefined: it goes on. */
  beginning(steps: number): Incident | undefined;
  /** The answer to the question the walk is paused at; null: nobody gave one. */
  decide(state: Incident): Decision | null;
}

/** A step the replay took, or why it takes no more. */
export type Event =
  | { kind: "step"; node: string; state: Incident; changed: Record<string, unknown> }
  | { kind: "failed"; node: string; error: Error }
  | { kind: "ended"; why: string };

const mostSteps = 200;
const config = { configurable: { thread_id: "replay", __pregel_strict_resume: true }, recursionLimit: 100 };
const { value: redact } = redactor("replay");

/** As strict as the one in the database: text from a cluster that is shaped like a LangChain object stays text. */
export const memorySerde: SerializerProtocol = {
  dumpsTyped: async (value) => (value === undefined ? ["undefined", new Uint8Array()] : strictSerde.dumpsTyped(value)),
  loadsTyped: async (type, data) => (type === "undefined" ? undefined : strictSerde.loadsTyped(type, data)),
};

const settingsFrom = (taped: TapedSettings, policy: WalkOptions["policy"]): Settings => ({
  ...taped,
  policy: policy ?? taped.policy,
  redact,
  link: () => taped.link,
});

const invoke = async (walk: Walk, input: Parameters<Walk["invoke"]>[0]): Promise<void> => {
  try {
    await walk.invoke(input, config);
  } catch (error) {
    if (!isGraphInterrupt(error)) throw error;
  }
};

/** The graph is built anew only when it was told something else then: another policy, another budget, another address. */
const builder = ({ build, player, policy, judge }: WalkOptions) => {
  const saver = new MemorySaver(memorySerde);
  let told = "";
  let walk: Walk | null = null;
  return (): Walk => {
    const settings = settingsFrom(player.settings(), policy);
    const text = canonical({ ...settings, redact: null, link: settings.link("") });
    if (walk === null || text !== told) walk = build(player.ports, settings, saver, judge);
    told = text;
    return walk;
  };
};

type Snapshot = Awaited<ReturnType<Walk["getState"]>>;

/** Runs one node in a thread of its own, and what it left; null: it waits for an answer that nobody gave. */
const runNode = async (walk: Walk, begin: Incident | null, decide: () => Decision | null): Promise<Snapshot | null> => {
  await invoke(walk, begin);
  const snapshot = await walk.getState(config);
  const question = snapshot.tasks.flatMap(({ interrupts }) => interrupts)[0]?.id;
  if (question === undefined) return snapshot;
  const decision = decide();
  if (decision === null) return null;
  await invoke(walk, new Command({ resume: { [question]: decision } }));
  return walk.getState(config);
};

/** Walks the incident again in memory, node by node. The original thread is not read and not written. */
export const walkAgain = async function* (options: WalkOptions): AsyncGenerator<Event> {
  const { player, beginning, decide } = options;
  const walkNow = builder(options);
  let state: Incident | undefined;
  let node: string | undefined;
  for (let step = 0; step < mostSteps; step++) {
    const begun = beginning(step);
    if (begun !== undefined) node = "gather";
    const current: Incident | undefined = begun ?? state;
    if (node === undefined || current === undefined) break;
    player.enter(node, current.lookAgainAt);
    const walk = walkNow();
    let snapshot: Snapshot | null;
    try {
      snapshot = await runNode(walk, begun ?? null, () => decide(current));
    } catch (error) {
      yield { kind: "failed", node, error: error instanceof Error ? error : new Error(String(error)) };
      return;
    }
    if (snapshot === null) {
      yield { kind: "ended", why: "waits for a decision that nobody took" };
      return;
    }
    const after = Incident.parse(snapshot.values);
    state = after;
    yield { kind: "step", node, state: after, changed: changedBy(current, after) };
    node = snapshot.next[0];
  }
  yield { kind: "ended", why: node === undefined ? "the walk is over" : `still walking after ${mostSteps} steps` };
};
