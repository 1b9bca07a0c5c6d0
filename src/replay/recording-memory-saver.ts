import type { RunnableConfig } from "@langchain/core/runnables";
import { MemorySaver } from "@langchain/langgraph";
import type { PendingWrite } from "@langchain/langgraph-checkpoint";
import type { Recorder } from "./record.ts";
import { memorySerde } from "./walk.ts";

/** For a walk that no database keeps: what a node was told is on the tape before what it made of it. */
export class RecordingMemorySaver extends MemorySaver {
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    super(memorySerde);
    this.#recorder = recorder;
  }

  override async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string): Promise<void> {
    await this.#recorder.flush(task);
    await super.putWrites(config, writes, task);
  }
}
