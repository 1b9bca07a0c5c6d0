import type { RunnableConfig } from "@langchain/core/runnables";
import type { ChannelVersions, Checkpoint, CheckpointMetadata, PendingWrite } from "@langchain/langgraph-checkpoint";
import type { Pool } from "pg";
import { Checkpointer } from "../graph/checkpointer.ts";
import type { Recorder } from "./record.ts";

/** The fenced checkpointer of the service; what a node was told is on the tape before what it made of it is kept. */
export class RecordingCheckpointer extends Checkpointer {
  readonly #recorder: Recorder;
  readonly #flushing = new Map<string, Promise<void>>();

  constructor(pool: Pool, recorder: Recorder) {
    super(pool, { fenced: true });
    this.#recorder = recorder;
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ""): Promise<void> {
    const thread = threadOf(config);
    const flushed = this.#recorder.flush(task);
    this.#flushing.set(thread, flushed);
    try {
      await flushed;
    } finally {
      this.#flushing.delete(thread);
    }
    // In this same tick, and so before the checkpoint that waits for the tape as well.
    await super.putWrites(config, writes, task, path);
  }

  // LangGraph begins this one while the writes of the task wait for the tape.
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    await this.#flushing.get(threadOf(config));
    return super.put(config, checkpoint, metadata, newVersions);
  }
}

const threadOf = ({ configurable }: RunnableConfig): string => String(configurable?.thread_id);
