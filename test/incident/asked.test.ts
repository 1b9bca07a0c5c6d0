import { expect, test } from "vitest";
import { askedOf } from "../../src/incident/asked.ts";

const said = JSON.stringify({ namespace: "pay", pod: "gone-1", container: null, previous: false, lines: 500 });
const kept = (outcome: { kind: string; text?: string; reason?: string }, call = "logs.logs") =>
  askedOf({ call, said, outcome });

test("a read of a store of logs is on record by the command that asks the store, and by no kubectl", () => {
  const command = `logcli --addr="$LOKI_URL" query '{pod="gone-1"}'`;
  const text = JSON.stringify({ text: 'said "command":"rm"', truncated: false, from: "loki", command });
  expect(kept({ kind: "answer", text })).toEqual({ command, result: "answered" });

  const unnamed = "(the store of logs) -n pay gone-1";
  expect(kept({ kind: "answer", text: "null" })).toEqual({ command: unnamed, result: "not there" });
  expect(kept({ kind: "refused", reason: "timeout" })).toEqual({ command: unnamed, result: "timeout" });
  // The control: the kubelet's own log.
  expect(kept({ kind: "answer" }, "cluster.logs").command).toMatch(/^kubectl logs -n pay gone-1 /);
});
