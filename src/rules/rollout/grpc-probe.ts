import type { Running } from "../world/containers.ts";
import type { LogText } from "../world/log-text.ts";
import { otherThanGrpc, probeOf } from "./probe-text.ts";
import { isStarting } from "./starting.ts";

export const noGrpc = "no gRPC server has ever answered there";

/** The kubelet says the same of a port where nobody listens and of a server of another protocol; null for other probes. */
export const grpcVerdict = (running: Running, logs: readonly (LogText | null)[]): readonly [string, number] | null => {
  const probe = probeOf(running, "Readiness");
  const other = otherThanGrpc(logs, running, probe);
  if (other) return [other, 0.9];
  return probe?.grpc ? [noGrpc, isStarting(logs) ? 0.75 : 0.87] : null;
};
