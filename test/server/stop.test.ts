import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { openServer } from "./open-server.ts";

test("whoever only follows an incident holds no server up that stops", async () => {
  await using server = await openServer({
    show: async () => ({}) as never,
    follow: async (_id, _after, _tell, signal) => {
      if (!signal.aborted) await once(signal, "abort");
    },
  });
  const stream = await fetch(`${server.url}/api/incidents/inc_1/stream`);
  expect(stream.headers.get("content-type")).toContain("text/event-stream");
  // The cut that comes after a second does not come.
  vi.useFakeTimers({ toFake: ["setTimeout"] });

  await server.close();

  vi.useRealTimers();
  await expect(stream.text()).rejects.toThrow();
});
