import type { IncidentView } from "../responder/responder.ts";
import type { Player } from "./play.ts";
import { bold, confirm, say, wrapped, yellow } from "./terminal.ts";

/** Who answers when the walk stops for a person. */
export type Choice = "approve" | "reject" | "ask" | "wait";

const showPlan = ({ plan }: IncidentView): void => {
  if (plan?.kind !== "actions") return;
  for (const action of plan.actions) {
    say();
    say(bold(`  Proposed: ${action.command}`));
    for (const line of wrapped(`Risk ${action.risk}. ${action.effect}`, 2)) say(`  ${line}`);
    say(`  Undo: ${action.undo.command}\n`);
    for (const line of action.diff.trimEnd().split("\n")) say(`    ${line}`);
  }
  say();
};

const howTo = (server: string, id: string, planHash: string): void => {
  const body = (decision: string): string => JSON.stringify({ decision, planHash });
  say(yellow("  It waits for a person now. Approve from another terminal:\n"));
  say(`    curl ${server}/api/incidents/${id}/decision \\`);
  say(`      -H 'content-type: application/json' -d '${body("approve")}'\n`);
  say(yellow('  ("reject" is the other answer; the flags --approve and --reject answer at once)\n'));
};

const given = async (answer: "approve" | "reject" | "ask", unasked: AbortSignal): Promise<boolean | null> =>
  answer === "ask" ? confirm(bold("  Make this change?"), unasked) : answer === "approve";

/** Shows the plan and answers for the person at the terminal, or says how to answer where there is none. */
export const decide = async (player: Player, { id, plan, ...rest }: IncidentView, unasked: AbortSignal) => {
  if (plan?.kind !== "actions") return;
  const { client, server, answer } = player;
  showPlan({ id, plan, ...rest });
  const yes = answer === "wait" ? null : await given(answer, unasked);
  if (yes === null) {
    if (!unasked.aborted && !player.stop.aborted) howTo(server, id, plan.hash);
    return;
  }
  say(yellow(yes ? "  → approved\n" : "  → rejected\n"));
  await client
    .decide(id, yes ? "approve" : "reject", plan.hash)
    .catch((error: Error) => say(yellow(`  the decision was not taken: ${error.message}`)));
};
