import type { World } from "../../src/demo/recorded-cluster/world.ts";
import type { KubeObject, Pod } from "../../src/incident/kube.ts";

export const gate = "payments.example/ledger-in-step";

const since = "2026-11-22T14:54:10Z";

/** The pod runs and answers; only a condition that some controller of the team sets keeps it out of service. */
const gated = (pod: Pod): Pod => {
  const [status] = pod.status?.containerStatuses ?? [];
  const reason = {
    reason: "ReadinessGatesNotReady",
    message: `the status of pod readiness gate "${gate}" is not "True"`,
  };
  return {
    ...pod,
    spec: { ...pod.spec, readinessGates: [{ conditionType: gate }] } as Pod["spec"],
    status: {
      ...pod.status,
      phase: "Running",
      conditions: [
        { type: "PodScheduled", status: "True" },
        { type: "Initialized", status: "True" },
        // Nothing says since when, so no rule can say that the gate has been shut for too long.
        { type: "ContainersReady", status: "True" },
        { type: "Ready", status: "False", ...reason, lastTransitionTime: since },
        { type: gate, status: "False", reason: "Behind", message: "ledger shard 7 lags 412 blocks behind" },
      ],
      containerStatuses: status
        ? [{ name: status.name, ready: true, started: true, restartCount: 0, state: { running: { startedAt: since } } }]
        : [],
    },
  };
};

const log = [
  "2026-11-22T14:54:10.000000000Z INFO payments payments-api 3.9.0 starting",
  "2026-11-22T14:54:10.100000000Z INFO payments listening on 8080",
  "",
].join("\n");

/** A trouble no rule has a name for. */
export const behindReadinessGate = (world: World): World => ({
  ...world,
  objects: world.objects
    .filter(({ kind, type }) => !(kind === "Event" && type === "Warning"))
    .map((object): KubeObject => (object.kind === "Pod" ? gated(object as Pod) : object)),
  logs: new Map([...world.logs].filter(([key]) => !key.endsWith("/previous")).map(([key]) => [key, log])),
});
