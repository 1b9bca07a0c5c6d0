import type { Incident, Update } from "../incident/incident.ts";
import { statusOf } from "../incident/status.ts";
import { writeUp } from "../incident/write-up.ts";
import type { Ports } from "../ports/index.ts";
import { cardNotice, inputFor, type Linked, noteNotices, sendAll } from "./notices.ts";

/** Writes the report and tells where the incident ended. */
export const report =
  (ports: Pick<Ports, "outbox" | "archive">, settings: Linked) =>
  async (incident: Incident): Promise<Update> => {
    // The status of an incident whose report is written: that is what readers of this report will see.
    const status = statusOf({ ...incident, writeUp: "" }, []);
    const input = await inputFor(ports, settings, incident, status);
    // Who was paged has read it on PagerDuty.
    const notes = incident.escalation === null ? noteNotices(input, "report") : [];
    await sendAll(ports, [cardNotice(input), ...notes]);
    return { writeUp: writeUp(input) };
  };
