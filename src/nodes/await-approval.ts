import { interrupt } from "@langchain/langgraph";
import { Decision } from "../incident/decision.ts";
import { type Incident, lookAfresh, type Update } from "../incident/incident.ts";

/** What the pause shows to whoever resumes it. */
interface Pause {
  planHash: string;
}

// Only interrupt here: LangGraph runs this node again from its first line when the answer arrives.
export const awaitApproval =
  () =>
  ({ plan }: Incident): Update => {
    const decision = Decision.parse(interrupt<Pause>({ planHash: plan?.kind === "actions" ? plan.hash : "" }));
    return decision.kind === "void" ? { ...lookAfresh, decision } : { decision };
  };
