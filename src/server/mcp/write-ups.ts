import { z } from "zod";
import type { OfferedTool } from "../../ports/offer.ts";
import { bounded, pageOf } from "./bounded.ts";
import { foundIncident, type Reading } from "./reader.ts";
import { IncidentId, Offset, tool } from "./tool.ts";

export const WriteUpKind = z.enum(["report", "post-mortem"]);

export const readWriteUp = async (reading: Reading, id: string, kind: z.infer<typeof WriteUpKind>): Promise<string> =>
  foundIncident(await reading((reader) => (kind === "report" ? reader.report(id) : reader.postMortem(id))), id);

export const writeUpTools = (reading: Reading): OfferedTool[] => [
  tool(
    {
      name: "get_report",
      title: "Report or post-mortem",
      description:
        "The write-up of an incident in Markdown: the report is one screen for whoever is on call, the post-mortem is " +
        "the whole story with the journal entry or evidence behind each line.",
    },
    z.strictObject({ incident: IncidentId, kind: WriteUpKind.default("report"), offset: Offset }),
    async ({ incident, kind, offset }) => {
      const { text, where } = pageOf(await readWriteUp(reading, incident, kind), offset);
      return { about: { incident, kind, ...where }, text };
    },
  ),
  tool(
    {
      name: "get_timeline",
      title: "Timeline of an incident",
      description: "The journal of an incident in order: alerts, steps, decisions, changes, notices; who and when.",
    },
    z.strictObject({
      incident: IncidentId,
      after: z.int().min(0).default(0).describe("number of the last entry already read"),
      limit: z.int().min(1).max(50).default(50),
    }),
    async ({ incident: id, after, limit }) => {
      const all = foundIncident(await reading((reader) => reader.timeline(id)), id);
      const left = all.filter(({ seq }) => seq > after);
      const items = left.slice(0, limit).map(({ seq, at, kind, actor, text }) => ({ seq, at, kind, actor, text }));
      const nextAfter = left.length > limit ? (items.at(-1)?.seq ?? null) : null;
      return { about: { items: bounded(items, 500), total: all.length, nextAfter } };
    },
  ),
  tool(
    {
      name: "get_stats",
      title: "Figures",
      description:
        "What Nightshift has done so far, and how fast: by class and week, tokens and money, against its targets.",
    },
    z.strictObject({}),
    async () => ({ about: { ...(await reading((reader) => reader.stats())) } }),
  ),
];
