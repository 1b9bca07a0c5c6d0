import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Series } from "../../incident/evidence.ts";
import type { Metrics } from "../../ports/metrics.ts";
import { redactedMetrics } from "../../ports/redacted.ts";
import { redact } from "./redact.ts";

const Recorded = z.array(
  z.object({
    /** A name in the query: what was recorded answers every query that asks for it. */
    metric: z.string(),
    series: z.array(
      z.object({ labels: z.record(z.string(), z.string()), points: z.array(z.tuple([z.number(), z.number()])) }),
    ),
  }),
);

/** metrics.json of a world as a Prometheus: null where nothing was recorded. Times are seconds since 1970. */
export const recordedMetrics = (folder: string): Metrics | null => {
  const path = join(folder, "metrics.json");
  if (!existsSync(path)) return null;
  const recorded = Recorded.parse(JSON.parse(readFileSync(path, "utf8")));
  const range = (query: string): Series[] =>
    recorded.filter(({ metric }) => query.includes(metric)).flatMap(({ series }) => series);
  const metrics: Metrics = {
    range: async (query) => range(query),
    instant: async (query) => range(query).map(({ labels, points }) => ({ labels, points: points.slice(-1) })),
  };
  return redactedMetrics(metrics, redact);
};
