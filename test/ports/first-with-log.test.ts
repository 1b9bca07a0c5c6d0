import { expect, test } from "vitest";
import { firstWithLog } from "../../src/ports/first-with-log.ts";
import type { Logs } from "../../src/ports/logs.ts";
import { PortError } from "../../src/ports/port-error.ts";

const query = { namespace: "shop", pod: "web-1", container: "web", previous: false, lines: 500 };
const has = (name: string): Logs => ({ name, logs: async () => ({ text: name, truncated: false }) });
const empty: Logs = { name: "empty", logs: async () => null };
const down: Logs = {
  name: "down",
  logs: async () => {
    throw new PortError("logs", "unreachable", "is the server up?");
  },
};

test("the first store that has the log answers, whatever became of those before it", async () => {
  expect(await firstWithLog([down, empty, has("b"), has("c")]).logs(query)).toEqual({ text: "b", truncated: false });
});

test("no log and no failure is no log; no log and a failure is told as the failure", async () => {
  expect(await firstWithLog([empty, empty]).logs(query)).toBeNull();
  await expect(firstWithLog([down, empty]).logs(query)).rejects.toMatchObject({ reason: "unreachable" });
});

test("a store that takes long keeps none behind it waiting, and is told to stop once the log is there", async () => {
  let told: AbortSignal | undefined;
  const silent: Logs = {
    name: "silent",
    logs: (_query, signal) => {
      told = signal;
      return new Promise<never>(() => undefined);
    },
  };

  expect(await firstWithLog([silent, has("b")], 1).logs(query)).toEqual({ text: "b", truncated: false });
  expect(told?.aborted).toBe(true);
});

test("control: a store that has all the time it wants is the only one that is asked", async () => {
  const asked: string[] = [];
  const silent: Logs = { name: "silent", logs: () => new Promise<never>(() => undefined) };
  const second: Logs = {
    name: "second",
    logs: async ({ pod }) => {
      asked.push(pod);
      return null;
    },
  };

  void firstWithLog([silent, second], 60_000).logs(query);
  await new Promise(setImmediate);
  expect(asked).toEqual([]);
});
