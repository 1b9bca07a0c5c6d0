import type { Alert } from "../incident/alert.ts";
import { terminalStatuses } from "../incident/incident.ts";
import { isUnread } from "../incident/subject.ts";
import { PortError } from "../ports/port-error.ts";
import { alertsAbout } from "../store/alerts.ts";
import { readIncident, type StoredIncident } from "../store/incidents.ts";
import type { Store, WorldPorts } from "./turn-ports.ts";

/** How details are asked for once more, and how what they tell comes in. */
export interface Again {
  /** The alerts that the details hold; none where they name nothing. */
  read(alert: Alert, signal: AbortSignal): Promise<Alert[]>;
  take(delivery: { id: null; alerts: Alert[] }): Promise<unknown>;
}

interface ReadAgainDeps {
  store: Store;
  world: Pick<WorldPorts, "clock">;
  again?: Again | null;
  log: (line: string, fields?: Record<string, unknown>, level?: "info" | "warn" | "error") => void;
}

type Then = { kind: "walk" } | { kind: "handed over" } | { kind: "wait"; ms: number };

const readMs = 10_000;
/** A person is rung by PagerDuty meanwhile; longer than this nobody waits for what the page is about. */
const patienceMs = 60_000;
const [leastMs, mostMs] = [5_000, 30_000];

const afterFailure = (deps: ReadAgainDeps, { id, openedAt }: StoredIncident, error: unknown): Then => {
  const why = error instanceof Error ? error.message : String(error);
  const waits = deps.world.clock.now().getTime() - openedAt.getTime() < patienceMs;
  deps.log("the details of a page could not be read again", { incidentId: id, why, waits }, "warn");
  if (!waits || (error instanceof PortError && !error.retryable)) return { kind: "walk" };
  const asked = error instanceof PortError ? (error.retryAfterMs ?? leastMs) : leastMs;
  return { kind: "wait", ms: Math.min(Math.max(asked, leastMs), mostMs) };
};

/** A page whose details could not be read when it came in: before anybody looks for what it is about, they are asked for again. */
export const readAgain = async (deps: ReadAgainDeps, row: StoredIncident, signal: AbortSignal): Promise<Then> => {
  const { again, store } = deps;
  if (!again || !isUnread(row.subject) || row.state !== null) return { kind: "walk" };
  const [alert] = await alertsAbout(store.pool, row.id, 1);
  if (alert === undefined) return { kind: "walk" };
  try {
    const alerts = await again.read(alert, AbortSignal.any([signal, AbortSignal.timeout(readMs)]));
    if (alerts.length === 0) return { kind: "walk" };
    await again.take({ id: null, alerts });
    // What they name may be nobody's (Watchdog), or be over: then it is looked at here.
    const now = await readIncident(store.pool, row.id);
    const isOver = now === null || now.closedAt !== null || terminalStatuses.includes(now.status);
    return { kind: isOver ? "handed over" : "walk" };
  } catch (error) {
    signal.throwIfAborted();
    return afterFailure(deps, row, error);
  }
};
