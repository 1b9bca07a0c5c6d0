import type { Finding } from "../incident/diagnosis.ts";
import { spanText } from "./finding.ts";
import { clock, lifetime, type Running } from "./world/containers.ts";
import type { World } from "./world/world.ts";

/** How long it has been up and ready, when that is longer than its last life was; else null: the next end is to be expected. */
const upSince = (world: World, { status }: Running): number | null => {
  const last = status.lastState?.terminated;
  const since = clock(status.state?.running?.startedAt);
  if (!last || since === 0 || status.ready !== true) return null;
  const up = world.now - since;
  return up > Math.max(30_000, 1.5 * (lifetime(last) ?? 0)) ? up : null;
};

/** What ended it has let it live since: told, and not sure any more. */
export const unlessRecovered = (world: World, running: Running, findings: readonly Finding[]): Finding[] => {
  const up = upSince(world, running);
  return findings.map((one) =>
    up === null
      ? one
      : {
          ...one,
          statement: `${one.statement} By now it has been up and ready for ${spanText(up)}, longer than before: it may have recovered.`,
          confidence: Math.min(one.confidence, 0.6),
        },
  );
};
