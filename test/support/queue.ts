import { onTestFinished } from "vitest";
import { type Queue, startQueue } from "../../src/store/queue.ts";

/** A real pg-boss on the test's database; stopped when the test ends. */
export const testQueue = async (url: string): Promise<Queue> => {
  const queue = await startQueue(url, () => undefined);
  onTestFinished(() => queue.stop(100));
  return queue;
};
