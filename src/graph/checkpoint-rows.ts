import {
  type ChannelVersions,
  type Checkpoint,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
  WRITES_IDX_MAP,
} from "@langchain/langgraph-checkpoint";
import { guardSize } from "./checkpoint-limits.ts";
import { dump, load } from "./checkpoint-serde.ts";

export interface Row {
  thread_id: string;
  checkpoint_ns: string;
  checkpoint_id: string;
  parent_checkpoint_id: string | null;
  checkpoint: Omit<Checkpoint, "channel_values">;
  metadata: CheckpointMetadata;
  channels: [channel: string, version: string, type: Type, value: string][];
  writes: [task: string, channel: string, type: Type, value: string][];
}

/**
 * `many`: `channel` is the list of the channels and `value` that of their values, both as JSON. `undefined`: a node wrote
 * just that. `empty`: an earlier build noted so that a channel had a version and no value.
 */
type Type = "many" | "json" | "empty" | "undefined";

export interface Cell {
  name: string;
  type: Type;
  text: string;
}

const cell = (name: string, value: unknown): Cell =>
  value === undefined ? { name, type: "undefined", text: "" } : { name, type: "json", text: dump(value, name) };

/** One row for several, unless JSON has no word for one of them: a row costs more than most of these values do. */
const together = <C extends Cell>(cells: C[]): C[] => {
  const [first] = cells;
  if (first === undefined || cells.length === 1 || cells.some(({ type }) => type !== "json")) return cells;
  const name = JSON.stringify(cells.map((one) => one.name));
  return [{ ...first, name, type: "many", text: `[${cells.map(({ text }) => text).join(",")}]` }];
};

export type VersionedCell = Cell & { version: string };

/** What changed and has a value; the size of all values is looked at. Channels that changed together share a version. */
export const toBlobs = (checkpoint: Checkpoint, changed: ChannelVersions): VersionedCell[] => {
  const cells = Object.entries(checkpoint.channel_values).map(([name, value]) => cell(name, value));
  guardSize(cells, `the state in checkpoint ${checkpoint.id}`);
  const stored = cells
    .filter(({ name }) => Object.hasOwn(changed, name))
    .map((one) => ({ ...one, version: String(changed[one.name]) }));
  return [...Map.groupBy(stored, ({ version }) => version).values()].flatMap(together);
};

export type IndexedCell = Cell & { index: number };

/**
 * A special write has a row of its own, so that it can be replaced; of several with one index the last one counts. The
 * others of a task come at once, and the first that came are kept.
 */
export const toWrites = (writes: PendingWrite[], task: string): IndexedCell[] => {
  const cells = writes.map(([name, value], position) => ({
    ...cell(name, value),
    index: WRITES_IDX_MAP[name] ?? position,
  }));
  guardSize(cells, `what task ${task} wrote`);
  const special = new Map(cells.filter(({ index }) => index < 0).map((one) => [one.index, one]));
  return [...special.values(), ...together(cells.filter(({ index }) => index >= 0))];
};

export const toTuple = (row: Row): CheckpointTuple => {
  const at = { thread_id: row.thread_id, checkpoint_ns: row.checkpoint_ns };
  const parent = row.parent_checkpoint_id;
  return {
    config: { configurable: { ...at, checkpoint_id: row.checkpoint_id } },
    checkpoint: { ...row.checkpoint, channel_values: toValues(row) },
    metadata: row.metadata,
    ...(parent === null ? {} : { parentConfig: { configurable: { ...at, checkpoint_id: parent } } }),
    pendingWrites: row.writes.flatMap(([task, channel, type, text]) =>
      apart(channel, type, text).map(([name, value]): [string, string, unknown] => [task, name, value]),
    ),
  };
};

/** A row holds what changed together, of which a later checkpoint may need only a part. */
const toValues = ({ channels, checkpoint }: Row): Record<string, unknown> =>
  Object.fromEntries(
    channels.flatMap(([channel, version, type, text]) =>
      apart(channel, type, text).filter(([name]) => String(checkpoint.channel_versions[name]) === version),
    ),
  );

const apart = (channel: string, type: Type, text: string): [name: string, value: unknown][] => {
  if (type === "empty") return [];
  if (type === "undefined") return [[channel, undefined]];
  if (type === "json") return [[channel, load(text)]];
  const values = load(text) as unknown[];
  return (load(channel) as string[]).map((name, position) => [name, values[position]]);
};
