import { Gauge, Registry } from "prom-client";
import { versions } from "./graph/versions.ts";
import { IncidentStatus } from "./incident/incident.ts";
import type { Gauges } from "./store/gauges.ts";

/** A registry whose numbers are read from the database at each scrape: the same on every replica. */
export const metricsOf = (gauges: Gauges & { newerMigrations(): Promise<number> }): Registry => {
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
  new Gauge({
    name: "nightshift_open_incidents_by_graph_version",
    help: "Incidents that are not over, by the graph version they began with; known=no: this build cannot carry them on",
    labelNames: ["version", "known"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { version, count } of await gauges.versions())
        this.set({ version, known: versions[version] === undefined ? "no" : "yes" }, count);
    },
  });
  new Gauge({
    name: "nightshift_newer_migrations",
    help: "Migrations of a newer build, run while this process was: above 0 it should be replaced soon",
    registers: [registry],
    async collect() {
      this.set(await gauges.newerMigrations());
    },
  });
  new Gauge({
    name: "nightshift_model_day",
    help: "What models cost today (UTC) over all replicas: tokens, usd, calls; refused: calls that the day's budget did not allow",
    labelNames: ["what"],
    registers: [registry],
    async collect() {
      for (const [what, value] of Object.entries(await gauges.modelDay())) this.set({ what }, value);
    },
  });
  new Gauge({
    name: "nightshift_table_bytes",
    help: "Size of the tables that grow with each step; retention keeps them from growing for ever",
    labelNames: ["table"],
    registers: [registry],
    async collect() {
      for (const { table, bytes } of await gauges.sizes()) this.set({ table }, bytes);
    },
  });
  return registry;
};
