import { z } from "zod";
import { IncidentStatus } from "../../incident/incident.ts";
import type { OfferedTool } from "../../ports/offer.ts";
import type { IncidentView, Reader } from "../../responder/responder.ts";
import { isCursor } from "../../responder/views.ts";
import { bounded } from "./bounded.ts";
import { foundIncident, type Reading } from "./reader.ts";
import { IncidentId, tool } from "./tool.ts";

const alertsShown = 10;
const Time = z.iso.datetime({ offset: true }).nullable().default(null);

/** What the diagnosis, the plan and the rest of it are, without what fills pages. */
export const incidentText = ({ alerts, evidence, ...view }: IncidentView): Record<string, unknown> => ({
  ...(bounded(view) as Record<string, unknown>),
  alerts: bounded(alerts.slice(0, alertsShown)),
  evidenceCount: evidence.length,
});

/** One incident may hold thousands of others. */
export const incidentPage = ({ items, cursor }: Awaited<ReturnType<Reader["list"]>>): Record<string, unknown> => ({
  items: bounded(items),
  cursor,
});

export const incidentTools = (reading: Reading): OfferedTool[] => [
  tool(
    {
      name: "list_incidents",
      title: "Incidents",
      description:
        "Incidents, newest first: id, status, subject, severity, fault class, times. Filter by status, by a part of " +
        "namespace/kind/name, and by when they were opened.",
    },
    z.strictObject({
      status: IncidentStatus.nullable().default(null),
      subject: z.string().max(500).nullable().default(null).describe("part of namespace/kind/name"),
      since: Time.describe("opened at or after this time, ISO 8601"),
      until: Time.describe("opened before this time, ISO 8601"),
      cursor: z
        .string()
        .max(500)
        .refine((cursor) => cursor === "" || isCursor(cursor), "is no cursor of a page before")
        .nullable()
        .default(null)
        .describe("cursor of the page before"),
    }),
    async (filter) => ({ about: incidentPage(await reading((reader) => reader.list(filter))) }),
  ),
  tool(
    {
      name: "get_incident",
      title: "One incident",
      description:
        "One incident: alerts, diagnosis with the evidence it cites, runbooks, plan with diff, decision, outcomes, verdict, cost.",
    },
    z.strictObject({ incident: IncidentId }),
    async ({ incident: id }) => ({
      about: incidentText(foundIncident(await reading((reader) => reader.show(id)), id)),
    }),
  ),
];
