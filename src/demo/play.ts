import { setTimeout as pause } from "node:timers/promises";
import type { IncidentStatus } from "../incident/incident.ts";
import type { IncidentView, JournalEntry } from "../responder/responder.ts";
import type { Client } from "./client.ts";
import { bold, confirm, cyan, dim, say, yellow } from "./terminal.ts";

/** Who answers when the walk stops for a person. */
export type Answer = "approve" | "reject" | "ask" | "wait";

const over: readonly IncidentStatus[] = ["resolved", "escalated", "dismissed"];

const tell = ({ at, actor, text }: JournalEntry): void => {
  const [first = "", ...rest] = text.split("\n");
  say(`  ${dim(at.slice(11, 19))}  ${cyan(actor.padEnd(17))} ${first}`);
  for (const line of rest) say(`${" ".repeat(30)}${line}`);
};

const showPlan = ({ plan }: IncidentView): void => {
  if (plan?.kind !== "actions") return;
  for (const action of plan.actions) {
    say();
    say(bold(`  Proposed: ${action.command}`));
    say(`  Risk ${action.risk}. ${action.effect}`);
    say(`  Undo: ${action.undo.command}`);
    say(
      action.diff
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n"),
    );
  }
};

const howTo = (server: string, { id, plan }: IncidentView): void => {
  const hash = plan?.kind === "actions" ? plan.hash : "";
  say(
    yellow("  Waiting for a decision. There is no terminal to ask, so answer with --approve or --reject, or now with:"),
  );
  say(`    curl -X POST ${server}/api/incidents/${id}/decision -H 'content-type: application/json' \\`);
  say(`      -d '{"decision":"approve","planHash":"${hash}"}'`);
};

const decide = async (client: Client, server: string, incident: IncidentView, answer: Answer): Promise<void> => {
  showPlan(incident);
  say();
  if (incident.plan?.kind !== "actions") return;
  if (answer === "wait") return howTo(server, incident);
  const yes = answer === "approve" || (answer === "ask" && (await confirm(bold("  Make this change?"))));
  say(yellow(yes ? "  → approved" : "  → rejected"));
  await client.decide(incident.id, yes ? "approve" : "reject", incident.plan.hash);
};

/** Tells the walk of one incident as it happens, answers when it asks, and returns when it is over. */
export const follow = async (client: Client, server: string, id: string, answer: Answer): Promise<IncidentView> => {
  let told = 0;
  let answered = "";
  for (;;) {
    const entries = await client.timeline(id);
    for (const entry of entries.filter(({ seq }) => seq > told)) tell(entry);
    told = entries.at(-1)?.seq ?? told;
    const incident = await client.show(id);
    if (over.includes(incident.status)) return incident;
    const hash = incident.plan?.kind === "actions" ? incident.plan.hash : "";
    if (incident.status === "awaiting-approval" && answered !== hash) {
      answered = hash;
      await decide(client, server, incident, answer);
    }
    await pause(150);
  }
};
