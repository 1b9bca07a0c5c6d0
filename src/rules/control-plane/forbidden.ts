import type { Finding } from "../../incident/diagnosis.ts";
import type { Pod } from "../../incident/kube.ts";
import { found, named, quote } from "../finding.ts";
import { liveContainers } from "../world/containers.ts";
import type { World } from "../world/world.ts";

const refusal = /is forbidden: User \\?"system:serviceaccount:([^"\\]+)\\?" cannot/;

/** Refused to this pod's own account: an audit or a gateway tells of others'. */
export const refusedTo = ({ metadata, spec }: Pod, line: string): boolean =>
  refusal.exec(line)?.[1] === `${metadata.namespace ?? "default"}:${spec.serviceAccountName ?? "default"}`;

/** One refusal long ago is history; several up to the end of the log are the present. */
const often = 3;

/** Programs that keep running while the API server refuses what they ask. */
export const forbidden = (world: World): Finding[] =>
  liveContainers(world).flatMap((running) => {
    const log = running.status.state?.running ? world.log(running.pod, running.name, false) : null;
    const lines = log?.lines.slice(-60) ?? [];
    const refused = lines.filter((line) => refusedTo(running.pod, line));
    const words = refused.at(-1);
    if (!log || !words || refused.length < often || lines.lastIndexOf(words) < lines.length - 10) return [];
    const object = world.rootOf(running.pod);
    return found(world, {
      class: "rbac-denied",
      object,
      statement: `${named(object)}: the API server refuses what container ${running.name} asks with its service account: ${quote(words)}.`,
      because: [log, running.pod],
      confidence: 0.92,
      disproof: "kubectl auth can-i says yes for this service account",
    });
  });
