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
  checkpoint: Omit<Checkpoint, "channel_values"> & { fill?: string };
  metadata: CheckpointMetadata;
  channels: [channel: string, type: Type, value: string][];
  writes: [task: string, channel: string, type: Type, value: string][];
}

/** `undefined`: a node wrote just that. `empty`: so an earlier build noted that a channel has a version and no value. */
type Type = "json" | "empty" | "undefined";

export interface Cell {
  name: string;
  type: Type;
  text: string;
}

const cell = (name: string, value: unknown): Cell =>
  value === undefined ? { name, type: "undefined", text: "" } : { name, type: "json", text: dump(value, name) };

/**
 * Postgres compresses a row of more than 2 KB and no other. Spaces take a few bytes then and what they follow about half, so
 * what is worth it is filled up; after JSON they mean nothing.
 */
const compressed = 2048;
const worthIt = 500;

const filled = (text: string): string => (text.length < worthIt ? text : text.padEnd(compressed));

/** A checkpoint without its values. Builds before leave what it is filled up with alone. */
export const toHead = ({ channel_values: _, ...head }: Checkpoint): string => {
  const text = JSON.stringify(head);
  return `${text.slice(0, -1)},"fill":"${" ".repeat(filled(text).length - text.length)}"}`;
};

/** The channels of a checkpoint that changed and have a value; the size of all of them is looked at. */
export const toBlobs = (checkpoint: Checkpoint, changed: ChannelVersions): Cell[] => {
  const values = checkpoint.channel_values;
  const all = Object.entries(values).map(([name, value]) => cell(name, value));
  guardSize(all, `the state in checkpoint ${checkpoint.id}`);
  return all
    .filter(({ name }) => Object.hasOwn(changed, name))
    .map(({ text, ...rest }) => ({ ...rest, text: filled(text) }));
};

export type IndexedCell = Cell & { index: number };

/** Several writes with one index: the last one counts, as it would one after the other. */
export const toWrites = (writes: PendingWrite[], task: string): IndexedCell[] => {
  const cells = writes.map(([name, value], position) => ({
    ...cell(name, value),
    index: WRITES_IDX_MAP[name] ?? position,
  }));
  guardSize(cells, `what task ${task} wrote`);
  return [...new Map(cells.map((one) => [one.index, one])).values()];
};

export const toTuple = (row: Row): CheckpointTuple => {
  const at = { thread_id: row.thread_id, checkpoint_ns: row.checkpoint_ns };
  const parent = row.parent_checkpoint_id;
  const { fill: _, ...head } = row.checkpoint;
  return {
    config: { configurable: { ...at, checkpoint_id: row.checkpoint_id } },
    checkpoint: { ...head, channel_values: toValues(row.channels) },
    metadata: row.metadata,
    ...(parent === null ? {} : { parentConfig: { configurable: { ...at, checkpoint_id: parent } } }),
    pendingWrites: row.writes.map(([task, channel, type, text]) => [task, channel, toValue(type, text)]),
  };
};

const toValues = (channels: Row["channels"]): Record<string, unknown> =>
  Object.fromEntries(
    channels.filter(([, type]) => type !== "empty").map(([name, type, text]) => [name, toValue(type, text)]),
  );

const toValue = (type: Type, text: string): unknown => (type === "json" ? load(text) : undefined);
