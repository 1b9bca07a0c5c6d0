import { AsyncLocalStorage } from "node:async_hooks";
import type { RunnableConfig } from "@langchain/core/runnables";
import { StateGraph } from "@langchain/langgraph";
import { RecordingCheckpointer } from "../../src/replay/recording-checkpointer.ts";

export type At = (moment: string) => Promise<void>;

const running = new AsyncLocalStorage<string>();

/** The node whose port is asked now. */
export const nodeNow = (): string | undefined => running.getStore();

type Action = (state: unknown, config: { configurable?: Record<string, unknown> }) => Promise<unknown>;
type AddNode = (this: unknown, name: string, action: Action, ...rest: unknown[]) => unknown;

/**
 * Names the moments of each node for this process: `before` its first line, `after` its last one with nothing kept of it,
 * `saved` with its writes kept: in a checkpoint, or `apart`, where none comes before. `during` is a call of a port, told where
 * the ports are watched.
 */
export const watchNodes = (at: At, apart: boolean): void => {
  const nodes = new Map<unknown, string>();
  const graph = StateGraph.prototype as unknown as { addNode: AddNode };
  const addNode = graph.addNode;
  graph.addNode = function (name, action, ...rest) {
    const watched: Action = (state, config) =>
      running.run(name, async () => {
        nodes.set(config.configurable?.__pregel_task_id, name);
        await at(`${name}:before`);
        const update = await action(state, config);
        await at(`${name}:after`);
        return update;
      });
    return addNode.call(this, name, watched, ...rest);
  };
  const saver = RecordingCheckpointer.prototype;
  const { putWrites, put } = saver;
  const saving = new Map<string, Promise<void>>();
  saver.putWrites = async function (config, writes, task, path) {
    const saved = putWrites.call(this, config, writes, task, path);
    if (apart) saving.set(threadOf(config), saved);
    await saved;
    const name = nodes.get(task);
    nodes.delete(task);
    if (name !== undefined) await at(`${name}:saved`);
  };
  saver.put = async function (config, ...given) {
    await saving.get(threadOf(config));
    return put.call(this, config, ...given);
  };
};

const threadOf = ({ configurable }: RunnableConfig): string => String(configurable?.thread_id);
