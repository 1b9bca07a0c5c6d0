import { interrupt } from "@langchain/langgraph";
import { Decision } from "../incident/decision.ts";
import { type Incident, lookAfresh, type Update } from "../incident/incident.ts";

/** What the pause shows to whoever resumes it. */
export interface Question {
  planHash: string;
}

// Only interrupt here: LangGraph runs this node again from its first line when the answer arrives.
export const awaitApproval =
  () =>
  ({ plan }: Incident): Update => {
    const decision = Decision.parse(interrupt<Question>({ planHash: plan?.kind === "actions" ? plan.hash : "" }));
    return decision.kind === "void" ? { ...lookAfresh, decision } : { decision };
  };
