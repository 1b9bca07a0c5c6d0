import { expect, test } from "vitest";
import type { LogQuery, Logs } from "../../src/ports/logs.ts";
import { walkNight } from "./stage.ts";

const ana = { name: "ana", role: "approver" as const, via: "api" };

test("what a store of logs told is on the tape: the replay takes the same steps, and asks no store", async () => {
  const asked: LogQuery[] = [];
  const logs: Logs = {
    name: "loki",
    logs: async (query) => {
      asked.push(query);
      return {
        text: "2026-11-22T14:54:08.1Z KeyError: 'DATABASE_URL'\n",
        truncated: false,
        from: "loki",
        command: "logcli",
      };
    },
  };

  // The kubelet has dropped every log.
  const night = await walkNight("missing-setting", { logs, change: (world) => ({ ...world, logs: new Map() }) });
  const then = asked.length;
  const evidence = await night.db.pool.query("select entry from nightshift.evidence where incident_id = $1", [
    night.id,
  ]);
  await night.cluster.close();
  const replay = await night.responder.showReplay(
    (await night.responder.replay(night.id, { mode: "faithful" }, ana)) ?? "",
  );

  expect(then).toBeGreaterThan(0);
  expect(JSON.stringify(evidence.rows)).toContain('"command":"logcli"');
  expect(replay).toMatchObject({ status: "done", identical: true, divergence: null, leftover: [] });
  expect(asked.length).toBe(then);
});
