import type { Series } from "../incident/evidence.ts";

export interface Metrics {
  /** PromQL now. An empty array means the query is right and nothing matches. Bounded to 200 series. */
  instant(query: string, signal?: AbortSignal): Promise<Series[]>;
  /** PromQL over the last `minutes`, at most 240 points a series. */
  range(query: string, minutes: number, signal?: AbortSignal): Promise<Series[]>;
}
