import type { Settings } from "../graph/graph.ts";
import { terminalStatuses } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { refText } from "../incident/subject.ts";
import { countAlerts } from "../store/alerts.ts";
import { lockIncident, markPaged, type StoredIncident, setStatus } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { putNotice } from "../store/notices.ts";
import { inTransaction, type Runner } from "../store/transaction.ts";
import { closeIfOver } from "./close.ts";
import { withdrawQuestion } from "./question.ts";
import type { Store, WorldPorts } from "./turn-ports.ts";

interface Deps {
  store: Store;
  world: Pick<WorldPorts, "clock">;
  settings: Pick<Settings, "link">;
}

const known = ({ state }: StoredIncident): string => {
  if (state === null) return "Nothing is known yet: the walk had not begun.";
  const { diagnosis } = state;
  if (diagnosis?.kind === "cause") return `Cause so far: ${diagnosis.class}: ${diagnosis.statement}`;
  return `No cause named yet; ${state.evidence.length} pieces of evidence are kept.`;
};

const pageOf = (row: StoredIncident, why: string, link: string): Notice => ({
  key: `page:${row.id}`,
  incidentId: row.id,
  channel: "page",
  title: `${refText(row.subject)}: a person is needed`,
  text: `${why}\n\n${known(row)}\n\nOpen since ${row.openedAt.toISOString()}, status ${row.status}. ${link}`,
  severity: row.severity,
  link,
  pagerdutyIncident:
    row.state?.alerts.find(({ pagerdutyIncident }) => pagerdutyIncident !== null)?.pagerdutyIncident?.id ?? null,
});

/** Pages with what is known, without graph, model or cluster: this is the way out when those are what failed. */
const page = async ({ store, world, settings }: Deps, tx: Runner, row: StoredIncident, why: string): Promise<void> => {
  const at = world.clock.now();
  await putNotice(tx, store.queue, pageOf(row, why, settings.link(row.id)));
  await markPaged(tx, row.id, at);
  await append(tx, row.id, {
    at: at.toISOString(),
    kind: "escalation",
    actor: "nightshift",
    line: `paged a person: ${why}`,
  });
};

/** The walk cannot go on: a person takes over. In the transaction that says why it cannot. */
export const giveUp = async (deps: Deps, tx: Runner, incidentId: string, why: string): Promise<void> => {
  const row = await lockIncident(tx, incidentId);
  if (row === null || terminalStatuses.includes(row.status)) return;
  const at = deps.world.clock.now();
  await page(deps, tx, row, why);
  await withdrawQuestion(tx, deps.store.queue, incidentId, "the walk was given up", at);
  await setStatus(tx, incidentId, "escalated");
  await closeIfOver(tx, deps.store.queue, incidentId, at);
};

/** The incident's deadline: whoever was going to be told later is told now. The walk goes on. */
export const onDeadline = (deps: Deps, incidentId: string): Promise<void> =>
  inTransaction(deps.store.pool, async (tx) => {
    const row = await lockIncident(tx, incidentId);
    if (row === null || row.closedAt !== null || row.pagedAt !== null || terminalStatuses.includes(row.status)) return;
    if ((await countAlerts(tx, incidentId)).firing === 0) return;
    await page(deps, tx, row, `the deadline passed while ${row.status}`);
  });
