import { randomBytes } from "node:crypto";
import type { RunnableConfig } from "@langchain/core/runnables";
import {
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type PendingWrite,
  WRITES_IDX_MAP,
} from "@langchain/langgraph-checkpoint";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import type { Pool, QueryConfig } from "pg";
import { isStalePlan } from "../incident/stale-plan.ts";
import { TurnLost } from "../incident/turn-lost.ts";
import { type Row, toBlobs, toHead, toTuple, toWrites } from "./checkpoint-rows.ts";
import { strictSerde } from "./checkpoint-serde.ts";
import { putSql, putWritesSql, schema, selectSql } from "./checkpoint-sql.ts";
import { HeldWrites } from "./held-writes.ts";

/**
 * Versions are compared as text, and each checkpoint holds some forty of them. What an earlier build wrote with more
 * digits is still less than what comes after it.
 */
const versionDigits = 8;

/** As the stock saver writes it. */
const byThread = "WHERE thread_id = $1 AND checkpoint_ns = $2";

export interface CheckpointerOptions {
  fenced: boolean;
  /** Ends before anything that this task wrote is kept; what it throws is thrown, and nothing of the task is kept. */
  beforeWrites?(task: string): Promise<void>;
}

/**
 * The stock saver mixes the values of two branches of one thread, lets two workers write at once, and revives what it
 * reads. This one does not. Fenced, it writes only for the turn in `configurable.incident_id` and `.fence`; unfenced
 * it is for replays and tests.
 */
export class Checkpointer extends PostgresSaver {
  readonly #pool: Pool;
  readonly #held = new HeldWrites();
  readonly #fenced: boolean;
  readonly #beforeWrites: (task: string) => Promise<void>;
  readonly #statements: ReturnType<typeof statementsOf>;

  constructor(pool: Pool, { fenced, beforeWrites = async () => undefined }: CheckpointerOptions) {
    super(pool, strictSerde, { schema });
    this.#pool = pool;
    this.#fenced = fenced;
    this.#beforeWrites = beforeWrites;
    this.#statements = statementsOf(fenced);
  }

  /** Our migrations made the tables. */
  override async setup(): Promise<void> {}

  /** The pool belongs to whoever opened it. */
  override async end(): Promise<void> {}

  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const { thread, namespace, id: parent } = address(config);
    const blobs = toBlobs(checkpoint, newVersions);
    const columns = [
      blobs.map(({ name }) => name),
      blobs.map(({ name }) => String(newVersions[name])),
      blobs.map(({ type }) => type),
      blobs.map(({ text }) => text),
    ];
    const row = [thread, namespace, checkpoint.id, parent, toHead(checkpoint), JSON.stringify(metadata)];
    await this.#held.takeIn(parentOf(config), () => this.#write(this.#statements.put, [...row, ...columns], config));
    return { configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id: checkpoint.id } };
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ""): Promise<void> {
    const { thread, namespace, id } = address(config);
    if (id === null) throw new Error(`cannot store the writes of task ${task}: the config names no checkpoint_id`);
    const replace = writes.every(([channel]) => channel in WRITES_IDX_MAP);
    const { replaceWrites, keepWrites } = this.#statements;
    const send = (): Promise<void> => {
      const cells = toWrites(writes, task);
      const columns = [
        cells.map(({ index }) => index),
        cells.map(({ name }) => name),
        cells.map(({ type }) => type),
        cells.map(({ text }) => text),
      ];
      return this.#write(replace ? replaceWrites : keepWrites, [thread, namespace, id, task, path, ...columns], config);
    };
    const ready = this.#beforeWrites(task);
    // With a question, an answer or an error no checkpoint comes in the same turn of the event loop. And without the fence a
    // checkpoint leaves its parent's writes alone, for another branch may need them.
    return replace || !this.#fenced ? ready.then(send) : this.#held.hold(parentOf(config), ready, send);
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id, checkpoint_ns = "", checkpoint_id } = config.configurable ?? {};
    const exact = checkpoint_id ? "and checkpoint_id = $3" : "order by checkpoint_id desc limit 1";
    const sql = selectSql(`where thread_id = $1 and checkpoint_ns = $2 ${exact}`);
    const values = [thread_id, checkpoint_ns, ...(checkpoint_id ? [checkpoint_id] : [])];
    const name = checkpoint_id ? "checkpoint_exact" : "checkpoint_newest";
    const [row] = await this.#read({ name, text: sql, values });
    return row && toTuple(row);
  }

  override async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const [where, values] = this._searchWhere(config, options.filter, options.before);
    const limit = options.limit === undefined ? "" : `limit $${values.length + 1}`;
    const text = selectSql(`${where} order by checkpoint_id desc ${limit}`);
    const all = [...values, ...(limit ? [options.limit] : [])];
    // By whatever else, it is rare and of many forms: what a walk looks at after each step is named.
    const name = where === byThread && limit ? { name: "checkpoint_list" } : {};
    for (const row of await this.#read({ ...name, text, values: all })) yield toTuple(row);
  }

  /**
   * Each branch of a thread counts on its own: without the random part two branches give the same version to
   * different values, and the second value is dropped. LangGraph takes strings here; only the stock type says number.
   */
  override getNextVersion(current: number | undefined): number {
    const count = current === undefined ? 0 : Number.parseInt(String(current), 10);
    const next = `${String(count + 1).padStart(versionDigits, "0")}.${randomBytes(4).toString("hex")}`;
    return next as unknown as number;
  }

  /** The pool drops a connection whose statement failed, so each of the others fails once at most. */
  async #read(query: QueryConfig, left = this.#pool.options.max): Promise<Row[]> {
    try {
      return (await this.#pool.query<Row>(query)).rows;
    } catch (error) {
      if (!isStalePlan(error) || left <= 0) throw error;
      return this.#read(query, left - 1);
    }
  }

  async #write(statement: Statement, values: unknown[], config: RunnableConfig): Promise<void> {
    const fence = this.#fenced ? [fenceOf(config)] : [];
    const { rows } = await this.#pool.query({ ...statement, values: [...values, ...fence] });
    if (rows.length === 0) throw new TurnLost(address(config).thread);
  }
}

interface Statement {
  name: string;
  text: string;
}

/** Named: a connection plans each once, and planning costs more than running it. */
const statementsOf = (fenced: boolean): Record<"put" | "keepWrites" | "replaceWrites", Statement> => {
  const kind = fenced ? "fenced" : "free";
  return {
    put: { name: `checkpoint_put_${kind}`, text: putSql(fenced) },
    keepWrites: { name: `checkpoint_keep_writes_${kind}`, text: putWritesSql(fenced, false) },
    replaceWrites: { name: `checkpoint_replace_writes_${kind}`, text: putWritesSql(fenced, true) },
  };
};

interface Address {
  thread: string;
  namespace: string;
  id: string | null;
}

const address = ({ configurable }: RunnableConfig): Address => {
  const thread: unknown = configurable?.thread_id;
  if (typeof thread !== "string" || thread === "") throw new Error("cannot checkpoint: the config names no thread_id");
  return { thread, namespace: configurable?.checkpoint_ns ?? "", id: configurable?.checkpoint_id ?? null };
};

/** The checkpoint that a config is at. With the fence: a turn takes in only what it wrote itself. */
const parentOf = (config: RunnableConfig): string => {
  const { thread, namespace, id } = address(config);
  return JSON.stringify([thread, namespace, id, config.configurable?.fence]);
};

const fenceOf = ({ configurable }: RunnableConfig): number => {
  const { thread_id, incident_id, fence } = configurable ?? {};
  if (!Number.isSafeInteger(fence) || incident_id === undefined) {
    throw new Error(`cannot write a checkpoint of ${thread_id}: the config carries no fence and incident_id`);
  }
  if (incident_id !== thread_id) {
    throw new Error(`cannot write a checkpoint of ${thread_id}: its turn is for ${incident_id}`);
  }
  return fence;
};
