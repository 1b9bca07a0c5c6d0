import type { TapedCall, TapedOutcome, TapedSettings, Visit } from "../incident/tape.ts";
import type { Ports } from "../ports/index.ts";
import { PortError } from "../ports/port-error.ts";
import { redactor } from "../ports/redacted.ts";
import { called, callKey } from "./called.ts";
import { memoryArchive } from "./memory-archive.ts";
import { NotOnTape } from "./not-on-tape.ts";
import type { Taken } from "./recording.ts";
import { portNames, type Through, taped } from "./taped.ts";
import { visitsOf } from "./visits.ts";

/** What stands in for an answer from the tape; undefined: the tape answers. */
export type Override = (call: string, args: readonly unknown[], taken: TapedCall | undefined) => unknown;

export interface PlayOptions {
  tape: readonly Visit[];
  /** The steps that were taken then; none: visits are found by their order. */
  path?: readonly Taken[];
  /** A faithful replay stops at a question that is not on the tape; a what-if tells the walk that it was not recorded. */
  strict: boolean;
  override?: Override;
}

export interface Player {
  /** The node that runs next; `due` is the earliest time the clock may say when the tape has none for it. */
  enter(node: string, due: string | null): void;
  ports: Ports;
  /** As they were when this node ran then; where it did not, those of the visit before. */
  settings(): TapedSettings;
  unused(): { node: string; step: number; call: string; said: string }[];
  notRecorded: { node: string; call: string; said: string }[];
}

interface Playing {
  visit: Visit | null;
  node: string;
  left: Map<string, TapedCall[]>;
  last: Map<string, TapedCall>;
  times: number[];
}

const playing = (node: string, visit: Visit | null): Playing => {
  const left = new Map<string, TapedCall[]>();
  for (const call of visit?.calls ?? []) left.set(callKey(call), [...(left.get(callKey(call)) ?? []), call]);
  return { visit, node, left, last: new Map(), times: [...(visit?.times ?? [])] };
};

// On objects from a tape every secret is taken out already, so any key does: nothing is left to be replaced.
const { value: redact } = redactor("replay");

const answerOf = (outcome: TapedOutcome): unknown => {
  switch (outcome.kind) {
    case "answer":
      return JSON.parse(outcome.text);
    case "refused":
      throw new PortError(outcome.port, outcome.reason, outcome.message.slice(outcome.port.length + 2));
    case "threw":
      throw new Error(outcome.message);
  }
};

const never = (): never => {
  throw new Error("a replay asks nothing of the world");
};

/** A port that holds nothing but its name and what is done in its place; whatever else it is asked fails. */
const inertPort = (plain: object, instead: object): object =>
  new Proxy(
    { ...plain, ...instead },
    {
      // Whoever awaits a port by mistake must not be told that it is a promise.
      get: (own, key) => Reflect.get(own, key) ?? (typeof key === "string" && key !== "then" ? never : undefined),
    },
  );

/** Which ports there were. A tape from before each port was listed knows of three. */
const presentThen = ({ ports, cluster, model, metrics }: TapedSettings): NonNullable<TapedSettings["ports"]> =>
  ports ?? {
    cluster: { name: cluster },
    exact: { name: cluster },
    actuator: {},
    metrics: metrics ? {} : null,
    model: model === null ? null : { name: model },
    bookshelf: {},
    archive: {},
    ledger: {},
    outbox: {},
  };

/** What gets past the tape does nothing that could be seen outside of the replay. */
const insteadOf: { [Port in keyof Ports]?: Partial<Ports[Port]> } = {
  ledger: { openApproval: async () => undefined, settle: async () => undefined },
  outbox: { send: async () => undefined },
};

const inert = (settings: TapedSettings): Ports => {
  const present = presentThen(settings);
  const instead = { ...insteadOf, archive: memoryArchive() };
  const ports = portNames.map((name) => {
    const plain = present[name] ?? null;
    return [name, plain && inertPort(plain, instead[name] ?? {})];
  });
  return { ...Object.fromEntries(ports), clock: { now: never } };
};

/** What a walk is told where a failure would end it: it goes on, and that it was not recorded is told to people. */
const without: Record<string, unknown> = {
  // Nothing can be done by it here; what was done then is on the tape, or it is not.
  "ledger.claim": { kind: "go" },
  "bookshelf.search": [],
  "pace.changes": [],
};

/** Answers by call, arguments and n-th occurrence within one visit of a node: reads run in parallel, positions mean nothing. */
export const player = ({ tape, path = [], strict, override }: PlayOptions): Player => {
  const visits = visitsOf(tape, path);
  const done: Playing[] = [];
  const notRecorded: Player["notRecorded"] = [];
  let now = playing("", null);
  let time = 0;
  const [first] = tape;
  if (first === undefined) throw new Error("there is no tape of this incident: it was walked before recording began");
  let settings = first.settings;

  const take = (key: string): TapedCall | undefined => {
    const found = now.left.get(key)?.shift();
    if (found !== undefined) now.last.set(key, found);
    // Asked once more in the same moment: what was answered then still holds.
    return found ?? (strict ? undefined : now.last.get(key));
  };

  const missing = (what: Omit<TapedCall, "outcome">): unknown => {
    if (strict) throw new NotOnTape(`${what.call} ${what.said}`, unusedIn(now));
    notRecorded.push({ node: now.node, call: what.call, said: what.said });
    if (what.call in without) return without[what.call];
    const [port = what.call] = what.call.split(".");
    throw new PortError(port, "not-recorded", "nobody asked this then");
  };

  const through: Through = {
    redact,
    async call(name, args, _live, form) {
      const what = called(name, args);
      const taken = take(callKey(what));
      const instead = await override?.(name, args, taken);
      const kept = instead !== undefined ? instead : taken === undefined ? missing(what) : answerOf(taken.outcome);
      return form.back(kept);
    },
    now: () => {
      time = now.times.shift() ?? time;
      return new Date(time);
    },
  };

  return {
    enter: (node, due) => {
      done.push(now);
      now = playing(node, visits.next(node));
      settings = now.visit?.settings ?? settings;
      if (now.times.length === 0 && due !== null) time = Math.max(time, Date.parse(due));
    },
    ports: taped(inert(settings), through),
    settings: () => settings,
    unused: () => [
      ...[...done, now].flatMap(leftIn),
      ...visits.left().flatMap((visit) => leftIn(playing(visit.node, visit))),
    ],
    notRecorded,
  };
};

const leftIn = ({ visit, node, left }: Playing) =>
  [...left.values()].flat().map(({ call, said }) => ({ node, step: visit?.step ?? 0, call, said }));

const unusedIn = ({ left }: Playing): string[] => [...left.values()].flat().map(({ call, said }) => `${call} ${said}`);
