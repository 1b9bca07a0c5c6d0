import type { Incident, Update } from "../incident/incident.ts";
import type { Ports } from "../ports/index.ts";
import { cardNotice, inputFor, type Linked, noteNotices, sendAll } from "./notices.ts";

/** Tells people that a decision is wanted. The question is open before anybody hears of it. Never waits. */
export const requestApproval =
  (ports: Pick<Ports, "ledger" | "outbox" | "archive" | "clock">, settings: Linked) =>
  async (incident: Incident): Promise<Update> => {
    const { plan, rounds, askedAgain = null } = incident;
    if (plan?.kind !== "actions") throw new Error(`asking for approval of incident ${incident.id}: it has no plan`);
    await ports.ledger.openApproval(plan, rounds);
    // A decision about an earlier plan says nothing about this one.
    const asked = { ...incident, decision: null };
    const input = await inputFor(ports, settings, asked, "awaiting-approval");
    // The same plan may be asked a second time, and that is news.
    const about = `${plan.hash.slice(0, 12)}${askedAgain === null ? "" : `:${rounds}`}`;
    await sendAll(ports, [cardNotice(input), ...noteNotices(input, about)]);
    return {};
  };
