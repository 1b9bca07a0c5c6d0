import { getConfig } from "@langchain/langgraph";
import type { Settings } from "../graph/graph.ts";
import type { TapedOutcome, TapedSettings, Visit } from "../incident/tape.ts";
import type { Ports } from "../ports/index.ts";
import { PortError } from "../ports/port-error.ts";
import { called } from "./called.ts";
import { type OpenVisit, openVisit } from "./open-visit.ts";
import { plainOf, type Through, taped } from "./taped.ts";
import { toldLast } from "./told-last.ts";

export interface RecorderDeps {
  settings: Settings;
  redact<T>(value: T): T;
  /** Durable once it resolves; throws TurnLost when the turn was given away; the same visit again replaces what was kept. */
  keep(at: { incidentId: string; fence: number }, visit: Visit): Promise<void>;
}

export interface Recorder {
  wrap(ports: Ports): Ports;
  /** To be awaited before anything that the node of this task made of its answers is kept. */
  flush(task: string): Promise<void>;
}

interface Running {
  incidentId: string;
  fence: number;
  visit: string;
  step: number;
  node: string;
}

/** The node that runs now, by LangGraph's own context of the task: ports are called from deep below it, and in parallel. */
const running = (): Running | null => {
  const config = getConfig();
  const { incident_id, fence, __pregel_task_id } = config?.configurable ?? {};
  const { langgraph_step, langgraph_node } = config?.metadata ?? {};
  if (typeof incident_id !== "string" || typeof __pregel_task_id !== "string") return null;
  return {
    incidentId: incident_id,
    fence: Number(fence),
    visit: __pregel_task_id,
    step: Number(langgraph_step),
    node: String(langgraph_node),
  };
};

const presentIn = (ports: Ports): TapedSettings["ports"] =>
  Object.fromEntries(Object.entries(ports).map(([name, port]: [string, object | null]) => [name, plainOf(port)]));

const settingsOf = ({ redact: _, link, ...told }: Settings, ports: Ports, incidentId: string): TapedSettings => ({
  ...told,
  link: link(incidentId),
  cluster: ports.cluster.name,
  model: ports.model?.name ?? null,
  metrics: ports.metrics !== null,
  ports: presentIn(ports),
});

const failed = (error: unknown, redact: <T>(value: T) => T): TapedOutcome => {
  if (!(error instanceof PortError)) return { kind: "threw", message: redact(String(error)) };
  return { kind: "refused", port: error.port, reason: error.reason, message: redact(error.message) };
};

/** Notes every answer of the outside while a node runs, and keeps it in one go when the node has ended. */
export const makeRecorder = ({ settings, redact, keep }: RecorderDeps): Recorder => {
  const open = new Map<string, OpenVisit>();
  const last = toldLast();

  const begin = (at: Running, ports: Ports): OpenVisit => {
    // What an earlier turn of the incident left open in this process never became a step.
    for (const [key, visit] of open) if (visit.incidentId === at.incidentId) open.delete(key);
    const visit = openVisit(at, settingsOf(settings, ports, at.incidentId));
    open.set(at.visit, visit);
    return visit;
  };

  const current = (ports: Ports): OpenVisit | null => {
    const at = running();
    if (at === null) return null;
    const visit = open.get(at.visit);
    return visit?.fence === at.fence ? visit : begin(at, ports);
  };

  /** A node that asks nothing makes its links from the settings: where those changed, they get onto the tape without a question. */
  const noteSettings = (ports: Ports): void => {
    const at = running();
    if (at === null || open.get(at.visit)?.fence === at.fence) return;
    if (!last.is(at, settingsOf(settings, ports, at.incidentId))) begin(at, ports);
  };

  const through = (ports: Ports): Through => ({
    redact,
    async call(name, args, live, form) {
      const settle = current(ports)?.call(called(name, args));
      try {
        const answer = await live();
        settle?.({ kind: "answer", text: JSON.stringify(form.keep(answer) ?? null) });
        return answer;
      } catch (error) {
        settle?.(failed(error, redact));
        throw error;
      }
    },
    now(live) {
      const time = live();
      current(ports)?.tick(time.getTime());
      return time;
    },
    past: () => noteSettings(ports),
  });

  return {
    wrap: (ports) => taped(ports, through(ports)),
    flush: async (task) => {
      const visit = open.get(task);
      if (visit === undefined) return;
      open.delete(task);
      const closed = visit.close();
      await keep(visit, closed);
      last.note(visit, closed.settings);
    },
  };
};
