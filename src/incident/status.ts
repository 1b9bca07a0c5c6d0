import type { Incident, IncidentStatus } from "./incident.ts";

/** What people call the state of the walk. `next` names the nodes that run next. */
export const statusOf = (state: Incident, next: readonly string[]): IncidentStatus => {
  if (state.writeUp !== null) {
    if (state.verdict?.kind === "recovered") return "resolved";
    return state.escalation === null ? "dismissed" : "escalated";
  }
  if (next.includes("await-approval")) return "awaiting-approval";
  if (next.includes("act")) return "acting";
  if (next.includes("verify")) return "verifying";
  return "investigating";
};
