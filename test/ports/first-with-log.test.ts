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
