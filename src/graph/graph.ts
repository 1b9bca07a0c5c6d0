import { type BaseCheckpointSaver, END, START, StateGraph, StateSchema } from "@langchain/langgraph";
import { z } from "zod";
import { changesIn, Incident, type Update } from "../incident/incident.ts";
import type { Policy } from "../incident/policy.ts";
import { act } from "../nodes/act.ts";
import { awaitApproval } from "../nodes/await-approval.ts";
import type { Budget } from "../nodes/budget.ts";
import { type DiagnoseByRules, diagnose } from "../nodes/diagnose.ts";
import { escalate } from "../nodes/escalate.ts";
import { gather } from "../nodes/gather.ts";
import { propose } from "../nodes/propose.ts";
import { report } from "../nodes/report.ts";
import { requestApproval } from "../nodes/request-approval.ts";
import { runbookRetrieve } from "../nodes/runbook-retrieve.ts";
import { verify } from "../nodes/verify.ts";
import type { Ports } from "../ports/index.ts";
import type { Heard } from "../rules/attempts.ts";
import { diagnoseByRules } from "../rules/index.ts";
import { afterAct, afterApproval, afterDiagnose, afterPropose, afterVerify } from "./routes.ts";

/** What a walk is told besides the world: limits and permissions, the same for every incident. */
export interface Settings {
  policy: Policy;
  budget: Budget;
  approvalMinutes: number;
  settleSeconds: number;
  watchSeconds: number;
  /** Takes secrets out of an object before it is shown. */
  redact<T>(value: T): T;
  /** Address of an incident for people. */
  link(incidentId: string): string;
  /** Hears which of the rules failed, and how. */
  heard?: Heard;
}

/**
 * Each field's own schema is compiled once; from an object LangGraph builds one anew for whatever a node hands back. A field that may be absent
 * is so until a node names it: from an optional schema LangGraph would begin it as `undefined`.
 */
const fields = Object.fromEntries(
  Object.entries(Incident.shape).map(([name, field]) => [
    name,
    field instanceof z.ZodOptional ? field.unwrap() : field,
  ]),
) as unknown as typeof Incident.shape;

/** What a node names although it is as it was is not kept once more with each look. */
const changing =
  (node: (incident: Incident) => Promise<Update> | Update) =>
  async (incident: Incident): Promise<Update> =>
    changesIn(incident, await node(incident));

/**
 * The walk of an incident, one node a run: whoever drives it puts each step on the record, and looks whether it may go on,
 * before the next one begins.
 */
export const buildGraph = (
  ports: Ports,
  settings: Settings,
  checkpointer: BaseCheckpointSaver,
  judge: DiagnoseByRules = (look) => diagnoseByRules(look, undefined, settings.heard),
) =>
  new StateGraph(new StateSchema(fields))
    .addNode("gather", changing(gather(ports)))
    .addNode("diagnose", changing(diagnose(ports, settings.budget, judge)))
    .addNode("runbook-retrieve", changing(runbookRetrieve(ports)))
    .addNode("propose", changing(propose({ ...ports, cluster: ports.exact }, settings)))
    .addNode("request-approval", changing(requestApproval(ports, settings)))
    .addNode("await-approval", changing(awaitApproval()))
    .addNode("act", changing(act({ ...ports, cluster: ports.exact }, settings)))
    .addNode("verify", changing(verify(ports, settings)))
    .addNode("escalate", changing(escalate(ports, settings)))
    .addNode("report", changing(report(ports, settings)))

    .addEdge(START, "gather")
    .addEdge("gather", "diagnose")
    .addConditionalEdges("diagnose", afterDiagnose, ["gather", "runbook-retrieve", "escalate"])
    .addEdge("runbook-retrieve", "propose")
    .addConditionalEdges("propose", afterPropose, ["request-approval", "act", "escalate", "report"])
    .addEdge("request-approval", "await-approval")
    .addConditionalEdges("await-approval", afterApproval, ["act", "gather", "escalate"])
    .addConditionalEdges("act", afterAct, ["verify", "gather", "escalate"])
    .addConditionalEdges("verify", afterVerify, ["verify", "report", "escalate"])
    .addEdge("escalate", "report")
    .addEdge("report", END)
    .compile({ checkpointer, interruptAfter: "*" });

export type Walk = ReturnType<typeof buildGraph>;
