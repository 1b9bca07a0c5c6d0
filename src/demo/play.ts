import { setTimeout as pause } from "node:timers/promises";
import type { IncidentStatus } from "../incident/incident.ts";
import type { IncidentView } from "../responder/responder.ts";
import { type Choice, decide } from "./answer.ts";
import type { Client } from "./client.ts";
import { teller } from "./tell.ts";

export interface Player {
  client: Client;
  /** Where it listens, for the commands that a person may type. */
  server: string;
  answer: Choice;
  stop: AbortSignal;
}

const over: readonly IncidentStatus[] = ["resolved", "escalated", "dismissed"];
const pollMs = 150;

/** Tells the walk of one incident as it happens and answers when it asks. Null: it was stopped before the end. */
export const follow = async (player: Player, id: string): Promise<IncidentView | null> => {
  const { client, stop } = player;
  const tell = teller();
  let asked = "";
  let question = new AbortController();
  try {
    while (!stop.aborted) {
      const incident = await client.show(id);
      tell(await client.timeline(id));
      if (over.includes(incident.status)) return incident;
      const hash = incident.plan?.kind === "actions" ? incident.plan.hash : "";
      if (incident.status !== "awaiting-approval") question.abort();
      else if (asked !== hash) {
        asked = hash;
        question.abort();
        question = new AbortController();
        void decide(player, incident, question.signal);
      }
      await pause(pollMs, undefined, { signal: stop }).catch(() => undefined);
    }
    return null;
  } finally {
    question.abort();
  }
};
