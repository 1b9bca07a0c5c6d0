import { Gauge, Registry } from "prom-client";
import { IncidentStatus } from "./incident/incident.ts";
import type { Gauges } from "./store/gauges.ts";

/** A registry whose numbers are read from the database at each scrape: the same on every replica. */
export const metricsOf = (gauges: Gauges): Registry => {
  const registry = new Registry();
  new Gauge({
    name: "nightshift_incidents",
    help: "Incidents by status",
    labelNames: ["status"],
    registers: [registry],
    async collect() {
      const counted = await gauges.incidents();
      for (const status of IncidentStatus.options) this.set({ status }, 0);
      for (const { status, count } of counted) this.set({ status }, count);
    },
  });
  new Gauge({
    name: "nightshift_notices",
    help: "Notices that nobody has got: all that wait, and those of them that failed at least once",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      const { waiting, failing } = await gauges.notices();
      this.set({ state: "waiting" }, waiting);
      this.set({ state: "failing" }, failing);
    },
  });
  return registry;
};
