import type { RunnableConfig } from "@langchain/core/runnables";
import type { ChannelVersions, Checkpoint, CheckpointMetadata, PendingWrite } from "@langchain/langgraph-checkpoint";
import type { Pool } from "pg";
import { Checkpointer } from "../graph/checkpointer.ts";
import type { Recorder } from "./record.ts";

/** The fenced checkpointer of the service; what a node was told is on the tape before what it made of it is kept. */
export class RecordingCheckpointer extends Checkpointer {
  readonly #recorder: Recorder;

  constructor(pool: Pool, recorder: Recorder) {
    super(pool, { fenced: true });
    this.#recorder = recorder;
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ""): Promise<void> {
    await this.#recorder.flush(task);
    await super.putWrites(config, writes, task, path);
  }

  // LangGraph begins this one while the writes of the task are still on their way.
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    await this.#recorder.settled(String(config.configurable?.thread_id));
    return super.put(config, checkpoint, metadata, newVersions);
  }
}
