import { MemorySaver } from "@langchain/langgraph";
import { Policy } from "../incident/policy.ts";
import { defaultBudget } from "../nodes/budget.ts";
import type { Ports } from "../ports/index.ts";
import { PortError } from "../ports/port-error.ts";
import { buildGraph } from "./graph.ts";

const absent = (port: string) => (): never => {
  throw new PortError(port, "not-configured", "LangGraph Studio shows the graph; nightshift serve runs it");
};

const cluster: Ports["cluster"] = {
  name: "studio",
  get: absent("cluster"),
  list: absent("cluster"),
  names: absent("cluster"),
  logs: absent("cluster"),
};

const ports: Ports = {
  cluster,
  exact: cluster,
  actuator: { dryRun: absent("actuator"), perform: absent("actuator") },
  metrics: null,
  logs: null,
  model: null,
  bookshelf: { search: absent("bookshelf") },
  memory: null,
  archive: { keep: absent("archive"), open: absent("archive") },
  ledger: { openApproval: absent("ledger"), claim: absent("ledger"), settle: absent("ledger") },
  outbox: { send: absent("outbox") },
  clock: { now: absent("clock") },
};

/** The graph for LangGraph Studio (`langgraph.json`): the same nodes and edges, with nothing behind them. */
export const graph = buildGraph(
  ports,
  {
    policy: Policy.parse({}),
    budget: defaultBudget,
    approvalMinutes: 60,
    settleSeconds: 30,
    watchSeconds: 120,
    redact: (value) => value,
    link: (id) => id,
  },
  new MemorySaver(),
);
