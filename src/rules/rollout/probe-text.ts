import type { KubeEvent, Probe } from "../../incident/kube.ts";
import { eventsOfContainer, type Running } from "../world/containers.ts";
import { eventText } from "../world/events.ts";
import type { LogText } from "../world/log-text.ts";
import type { World } from "../world/world.ts";

export type ProbeName = "Liveness" | "Readiness" | "Startup";

/** What a failed probe says about the probe itself. */
export type Failure =
  | "absent"
  | "refused"
  | "timeout"
  | "server-error"
  | "protocol"
  | "denied"
  | "command"
  | "unmade"
  | "other";

const failures: readonly (readonly [RegExp, Failure])[] = [
  [/probe errored/, "unmade"],
  [/statuscode: (404|405|410|406)/, "absent"],
  [/statuscode: (400|401|403)/, "denied"],
  [/statuscode: (5\d\d|429|408)/, "server-error"],
  [
    /HTTP response to HTTPS client|malformed HTTP|tls: |first record does not look like a TLS|unimplemented|stopped after 10 redirects|does not implement the grpc health protocol/i,
    "protocol",
  ],
  [/health rpc probe failed.*code = NotFound/, "absent"],
  [/health rpc probe failed.*code = (?:Unauthenticated|PermissionDenied)/, "denied"],
  [/service unhealthy \(responded with/, "server-error"],
  // A gRPC probe says so too where something listens that does not speak gRPC.
  [/connection refused|no such host|failed to connect service/, "refused"],
  [/deadline exceeded|timed out|i\/o timeout|timeout:|EOF|connection reset/i, "timeout"],
  [/executable file not found|no such file or directory|not found|can't open|No such file/i, "command"],
];

export const failureOf = (text: string): Failure => failures.find(([pattern]) => pattern.test(text))?.[1] ?? "other";

export const unhealthy = (world: World, running: Running, probe: ProbeName): KubeEvent | null =>
  eventsOfContainer(world, running).find(
    (event) => event.reason === "Unhealthy" && eventText(event).startsWith(`${probe} probe`),
  ) ?? null;

export const probeOf = ({ spec }: Running, name: ProbeName): Probe | undefined =>
  name === "Liveness" ? spec?.livenessProbe : name === "Readiness" ? spec?.readinessProbe : spec?.startupProbe;

/** The port a probe asks, by number; null when its name is not one of the container's. */
export const portOf = ({ spec }: Running, probe: Probe | undefined): number | null => {
  const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
  if (typeof port === "number") return port;
  return spec?.ports?.find(({ name }) => name === port)?.containerPort ?? null;
};

export const probeTarget = (probe: Probe | undefined): string => {
  if (probe?.httpGet) return `GET ${probe.httpGet.path ?? "/"} on port ${probe.httpGet.port}`;
  if (probe?.tcpSocket) return `a connection to port ${probe.tcpSocket.port}`;
  if (probe?.grpc) return `a gRPC health check on port ${probe.grpc.port}`;
  return probe?.exec ? "a command in the container" : "a probe";
};

/** A file that the probe's command looks for and does nothing else: `test -f /x`, `cat /x`, also in a shell. */
export const fileAsked = (probe: Probe | undefined): string | null => {
  const command = (probe?.exec?.command ?? []).join(" ").replace(/^(?:\/bin\/)?(?:ba|da|a)?sh -c /, "");
  return (
    /^(?:(?:\/usr)?\/bin\/)?(?:test -[efrs]|\[ -[efrs]|cat|ls|stat) (\/[^\s;|&]+)(?: \])?$/.exec(command.trim())?.[1] ??
    null
  );
};

const listens =
  /\b(?:listening|serving|serve|started|running|bound|ready to accept connections|uvicorn running)\b.{0,60}?(?::|port[ =(:]*|port\(s\)[ :]*)(\d{2,5})\b/i;

/** Ports that the program says it listens on. */
export const listeningPorts = (logs: readonly (LogText | null)[]): number[] => [
  ...new Set(
    logs.flatMap((log) => (log?.lines ?? []).flatMap((line) => Number(listens.exec(line)?.[1] ?? Number.NaN) || [])),
  ),
];

/** What servers that speak HTTP/1 only write when a gRPC client begins with its preface. */
const preface = /\bPRI \*|Invalid HTTP version \(2\.0\)|\bInvalid HTTP request received|method name \[PRI\b/;

/** Who answers at the port of a gRPC probe, where the kubelet's words leave that open: a server of another protocol. */
export const otherThanGrpc = (
  logs: readonly (LogText | null)[],
  running: Running,
  probe: Probe | undefined,
): string | null => {
  if (!probe?.grpc) return null;
  if (logs.some((log) => log?.lines.some((line) => preface.test(line))))
    return "the program's own log shows that its server takes the probe's gRPC for a broken HTTP request";
  const { port } = probe.grpc;
  const { spec, status } = running;
  const passing = [status.ready ? spec?.readinessProbe : null, status.started ? spec?.startupProbe : null];
  const sibling = passing.find((one) => one?.httpGet && portOf(running, one) === port) || null;
  if (sibling) return `the same port answers its other probe (${probeTarget(sibling)}), which speaks HTTP`;
  return listeningPorts(logs).includes(port)
    ? `by its log the program listens on port ${port}, but no gRPC server answers there`
    : null;
};

/** Whether the log shows that the probe's path was answered well at some time. */
export const answeredBefore = (logs: readonly (LogText | null)[], probe: Probe | undefined): boolean => {
  const path = probe?.httpGet?.path;
  return (
    path !== undefined &&
    logs.some((log) =>
      log?.lines.some((line) => line.includes(path) && /[" ]([23]\d\d)\b/.test(line.slice(line.indexOf(path)))),
    )
  );
};
