import { AsyncLocalStorage } from "node:async_hooks";
import type { RunnableConfig } from "@langchain/core/runnables";
import { StateGraph } from "@langchain/langgraph";
import { Checkpointer } from "../../src/graph/checkpointer.ts";

export type At = (moment: string) => Promise<void>;

const running = new AsyncLocalStorage<string>();

/** The node whose port is asked now. */
export const nodeNow = (): string | undefined => running.getStore();

type Action = (state: unknown, config: { configurable?: Record<string, unknown> }) => Promise<unknown>;
type AddNode = (this: unknown, name: string, action: Action, ...rest: unknown[]) => unknown;

/**
 * Names the moments of each node for this process: `before` its first line, `after` its last one with nothing kept of it,
 * `saved` with its writes kept and no checkpoint. The saver keeps both at once; for that moment they are kept `apart`.
 * `during` is a call of a port, told where the ports are watched.
 */
export const watchNodes = (at: At, apart: boolean): void => {
  const nodes = new Map<unknown, string>();
  const graph = StateGraph.prototype as unknown as { addNode: AddNode };
  const addNode = graph.addNode;
  graph.addNode = function (name, action, ...rest) {
    const watched: Action = (state, config) =>
      running.run(name, async () => {
        if (apart) nodes.set(config.configurable?.__pregel_task_id, name);
        await at(`${name}:before`);
        const update = await action(state, config);
        await at(`${name}:after`);
        return update;
      });
    return addNode.call(this, name, watched, ...rest);
  };
  if (!apart) return;
  const saver = Checkpointer.prototype;
  const { putWrites, put } = saver;
  const saving = new Map<string, Promise<void>>();
  saver.putWrites = async function (config, writes, task, path) {
    const saved = putWrites.call(this, config, writes, task, path).then(() => {
      const name = nodes.get(task);
      nodes.delete(task);
      return name === undefined ? undefined : at(`${name}:saved`);
    });
    saving.set(threadOf(config), saved);
    return saved;
  };
  saver.put = async function (config, ...given) {
    await saving.get(threadOf(config));
    return put.call(this, config, ...given);
  };
};

const threadOf = ({ configurable }: RunnableConfig): string => String(configurable?.thread_id);
