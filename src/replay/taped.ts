import type { KubeObject } from "../incident/kube.ts";
import type { Fingerprint } from "../incident/memory.ts";
import type { ActionPlan } from "../incident/plan.ts";
import type { Performed } from "../ports/actuator.ts";
import type { Cluster } from "../ports/cluster.ts";
import type { Ports } from "../ports/index.ts";
import { type Sealed, seal, unseal } from "./sealed.ts";

/** How an answer looks on the tape, and back. */
interface Form<T> {
  keep(answer: T): unknown;
  back(kept: unknown): T;
}

/** Every call that is on the tape goes through here: to record it, or to answer it from the tape. */
export interface Through {
  call<T>(name: string, args: readonly unknown[], live: () => Promise<T>, form: Form<T>): Promise<T>;
  now(live: () => Date): Date;
  /** Something past the tape is called. */
  past?(): void;
  redact<T>(value: T): T;
}

const asIs: Form<unknown> = { keep: (answer) => answer, back: (kept) => kept };

type Listed = Awaited<ReturnType<Cluster["list"]>>;

/** What is read as it is may hold secrets; it is sealed before it gets onto the tape. */
const sealing = ({ redact }: Through): Record<string, Form<unknown>> => {
  const one: Form<KubeObject | null> = {
    keep: (object) => object && seal(object, redact),
    back: (kept) => (kept === null ? null : unseal(kept as Sealed)),
  };
  const many: Form<Listed> = {
    keep: ({ objects, truncated }) => ({ sealed: objects.map((object) => seal(object, redact)), truncated }),
    back: (kept) => {
      const { sealed, truncated } = kept as { sealed: Sealed[]; truncated: boolean };
      return { objects: sealed.map(unseal), truncated };
    },
  };
  return { get: one, list: many, logs: { keep: redact, back: (kept) => kept } };
};

const written = ({ redact }: Through): Form<Performed> => ({ keep: redact, back: (kept) => kept as Performed });

interface How {
  /** Calls of our own tables that answer nothing: a replay has a store of its own in their place. */
  past?: readonly string[];
  forms?: (through: Through) => Record<string, Form<unknown>>;
  /** What a call is found by, where the arguments as they are will not do. */
  args?: Record<string, (args: readonly unknown[], through: Through) => readonly unknown[]>;
}

// Taking secrets out twice is the same as once: an object from the tape gives the same arguments as the one that was read.
const cleaned = (args: readonly unknown[], { redact }: Through): readonly unknown[] => [redact(args[0])];

// Builds that did not tell images by version asked for the same memories: their tapes still answer.
const unversioned = ([fingerprint, ...rest]: readonly unknown[]): readonly unknown[] => {
  const { imageVersions: _, ...known } = fingerprint as Fingerprint;
  return [known, ...rest];
};

/**
 * How each port gets onto the tape: every method of it, whichever it has, but for those that are named as past it. A port
 * that is missing here does not compile, so nothing outside can be asked without being recorded.
 */
const ways: Record<Exclude<keyof Ports, "clock">, How> = {
  cluster: {},
  exact: { forms: sealing },
  actuator: {
    forms: (through) => ({ dryRun: written(through), perform: written(through) }),
    args: { dryRun: cleaned, perform: cleaned },
  },
  metrics: {},
  logs: {},
  model: {},
  bookshelf: {},
  sources: {},
  memory: { args: { similar: unversioned } },
  archive: { past: ["keep", "open"] },
  ledger: {
    past: ["openApproval", "settle"],
    args: { claim: ([plan, ...rest]) => [(plan as ActionPlan).hash, ...rest] },
  },
  pace: {},
  outbox: { past: ["send"] },
};

export const portNames = Object.keys(ways) as (keyof typeof ways)[];

/** Whether the asker still waits is no part of the question, and a missing last argument is none. */
const question = (args: readonly unknown[]): unknown[] => {
  const asked = args.filter((one) => !(one instanceof AbortSignal));
  while (asked.length > 0 && asked.at(-1) === undefined) asked.pop();
  return asked;
};

type Method = (...args: unknown[]) => Promise<unknown>;

const onTape = <Port extends object>(name: string, port: Port, how: How, through: Through): Port => {
  const forms: Record<string, Form<unknown>> = how.forms?.(through) ?? {};
  const recorded =
    (key: string, method: Method): Method =>
    (...args) => {
      const asked = how.args?.[key]?.(question(args), through) ?? question(args);
      const form = (forms[key] ?? asIs) as Form<unknown>;
      return through.call(`${name}.${key}`, asked, () => method.apply(port, args), form);
    };
  return new Proxy(port, {
    get: (_, key) => {
      const found: unknown = Reflect.get(port, key);
      if (typeof found !== "function" || typeof key !== "string") return found;
      if (!how.past?.includes(key)) return recorded(key, found as Method);
      return (...args: unknown[]) => {
        through.past?.();
        return (found as Method).apply(port, args);
      };
    },
  });
};

/** The ports of a turn with the tape around whatever the walk learns from them. */
export const taped = (ports: Ports, through: Through): Ports => {
  const entries = Object.entries(ports).map(([name, port]: [string, object | null]) => {
    if (name === "clock") return [name, { now: () => through.now(() => ports.clock.now()) }];
    const how: How | undefined = ways[name as keyof typeof ways];
    if (how === undefined) throw new Error(`the port ${name} has no way onto the tape: a replay could not answer it`);
    return [name, port && onTape(name, port, how, through)];
  });
  return Object.fromEntries(entries);
};

/** What a port says about itself without being asked: its name. */
export const plainOf = (port: object | null): Record<string, string> | null =>
  port &&
  Object.fromEntries(Object.entries(port).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
