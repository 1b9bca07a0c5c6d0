import type { OfferedResource } from "../../ports/offer.ts";
import { firstPage } from "./bounded.ts";
import { evidenceText, readEvidence } from "./evidence.ts";
import { incidentPage, incidentText } from "./incidents.ts";
import { foundIncident, type Reading } from "./reader.ts";
import { readWriteUp, WriteUpKind } from "./write-ups.ts";

const listed = 20;
const base = "nightshift://incidents";

const writeUp = (reading: Reading, kind: (typeof WriteUpKind.options)[number]): OfferedResource => ({
  uri: `${base}/{incident}/${kind}`,
  name: kind,
  title: kind === "report" ? "Report" : "Post-mortem",
  description: `The ${kind} of an incident`,
  mimeType: "text/markdown",
  list: async () => {
    const { items } = await reading((reader) => reader.list({ status: null, subject: null, cursor: null }));
    return items.slice(0, listed).map(({ id, subject, status }) => ({
      uri: `${base}/${id}/${kind}`,
      name: `${kind} of ${id}: ${subject.namespace ?? ""}/${subject.name} (${status})`,
    }));
  },
  read: async ({ incident = "" }) =>
    firstPage(await readWriteUp(reading, incident, kind), "get_report goes on from there"),
});

export const offeredResources = (reading: Reading): OfferedResource[] => [
  {
    uri: base,
    name: "incidents",
    title: "Incidents",
    description: "The newest incidents",
    mimeType: "application/json",
    read: async () =>
      JSON.stringify(
        incidentPage(await reading((reader) => reader.list({ status: null, subject: null, cursor: null }))),
      ),
  },
  {
    uri: `${base}/{incident}`,
    name: "incident",
    title: "Incident",
    description: "One incident: diagnosis, plan, decision, outcomes, verdict",
    mimeType: "application/json",
    read: async ({ incident: id = "" }) =>
      JSON.stringify(incidentText(foundIncident(await reading((reader) => reader.show(id)), id))),
  },
  ...WriteUpKind.options.map((kind) => writeUp(reading, kind)),
  {
    uri: `${base}/{incident}/evidence/{evidence}`,
    name: "evidence",
    title: "Evidence",
    description: "What came back for one question",
    mimeType: "text/plain",
    read: async ({ incident = "", evidence = "" }) =>
      firstPage(evidenceText(await readEvidence(reading, incident, evidence)), "get_evidence goes on from there"),
  },
];
