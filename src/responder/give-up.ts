import type { Settings } from "../graph/graph.ts";
import { pagerdutyIncidentsOf } from "../incident/alert.ts";
import { terminalStatuses } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { refText } from "../incident/subject.ts";
import { inputFor, pageNotice } from "../nodes/notices.ts";
import { alertsAbout, countFiring } from "../store/alerts.ts";
import { openEvidence } from "../store/evidence.ts";
import { tiesOf } from "../store/families.ts";
import { deadlineFrom, lockIncident, markPaged, type StoredIncident, setStatus } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { putNotice } from "../store/notices.ts";
import { inSavepoint, inTransaction, type Runner } from "../store/transaction.ts";
import { announce } from "./announce.ts";
import { closeIfOver } from "./close.ts";
import { withdrawQuestion } from "./question.ts";
import { tellingBesides } from "./told-beside.ts";
import type { Store, WorldPorts } from "./turn-ports.ts";

const mostAlerts = 100;
/** Timers of the queue run by the database's clock. */
const early = 60_000;

interface Deps {
  store: Store;
  world: Pick<WorldPorts, "clock">;
  settings: Pick<Settings, "link">;
}

type Ringing = Pick<Notice, "title" | "text" | "pagerdutyIncident" | "facts" | "report">;

const briefly = (row: StoredIncident, why: string, link: string): Ringing => ({
  title: `${refText(row.subject)}: a person is needed`,
  text: `${why}\n\nNothing more can be told. Open since ${row.openedAt.toISOString()}, status ${row.status}. ${link}`,
  pagerdutyIncident: null,
});

/** What stands in the way of it must not keep anybody from being paged. */
const orElse = async <T>(tx: Runner, otherwise: T, work: () => Promise<T>): Promise<T> => {
  try {
    return await inSavepoint(tx, work);
  } catch {
    return otherwise;
  }
};

/** What the walk would tell. A state that cannot be told must not keep anybody from being paged. */
const inFull = async ({ settings }: Deps, tx: Runner, row: StoredIncident, why: string): Promise<Ringing> => {
  const { id, state, status } = row;
  const brief = briefly(row, why, settings.link(id));
  if (state === null) return brief;
  const open = (ids: readonly string[]) => inSavepoint(tx, () => openEvidence(tx, id, ids));
  const archive = { open, keep: async () => undefined };
  try {
    return pageNotice(
      await inputFor({ archive }, settings, { ...state, severity: row.severity, escalation: why }, status),
    );
  } catch {
    return brief;
  }
};

const pageOf = async (deps: Deps, tx: Runner, row: StoredIncident, why: string): Promise<Notice> => {
  const { title, text, pagerdutyIncident, facts, report } = await inFull(deps, tx, row, why);
  const heard = await orElse(tx, [], () => alertsAbout(tx, row.id, mostAlerts));
  return {
    key: `page:${row.id}`,
    incidentId: row.id,
    channel: "page",
    title,
    text,
    severity: row.severity,
    link: deps.settings.link(row.id),
    ...(facts && { facts }),
    ...(report && { report }),
    // Alerts of an incident that has not begun, or that joined later, are in the table only.
    pagerdutyIncident: pagerdutyIncident ?? pagerdutyIncidentsOf(heard)[0] ?? null,
  };
};

/** Pages with what is known, without graph, model or cluster: this is the way out when those are what failed. */
const page = async (deps: Deps, tx: Runner, row: StoredIncident, why: string, about?: string): Promise<void> => {
  const at = deps.world.clock.now();
  const notice = await pageOf(deps, tx, row, why);
  await putNotice(tx, deps.store.queue, await orElse(tx, notice, () => tellingBesides(tx, notice)));
  await markPaged(tx, row.id, at);
  const line = `paged a person: ${why}`;
  await append(tx, row.id, { at: at.toISOString(), kind: "escalation", actor: "nightshift", line });
  const { status } = row;
  const happened = {
    what: "escalated" as const,
    at,
    line,
    status,
    facts: { escalation: why },
    ...(about && { about }),
  };
  await orElse(tx, undefined, () => announce(tx, deps.store, row.id, happened));
};

/** The walk cannot go on: a person takes over. In the transaction that says why it cannot. */
export const giveUp = async (deps: Deps, tx: Runner, incidentId: string, why: string): Promise<void> => {
  const row = await lockIncident(tx, incidentId);
  if (row === null || terminalStatuses.includes(row.status)) return;
  const at = deps.world.clock.now();
  await page(deps, tx, { ...row, status: "escalated" }, why);
  await withdrawQuestion(tx, deps.store, incidentId, "Nightshift gave up", at);
  await setStatus(tx, incidentId, "escalated");
  await closeIfOver(tx, deps.store, incidentId, at);
};

/** Absent: it is over, as far as the walk goes. */
const atDeadline: Partial<Record<StoredIncident["status"], string>> = {
  investigating: "still being investigated",
  "awaiting-approval": "still waiting for a decision",
  acting: "still being changed",
  verifying: "changed, but not yet proven to be well",
};

/** Somebody was paged since the deadline began to run: a later look has one of its own. */
const wasPaged = (row: StoredIncident): boolean => row.pagedAt !== null && row.pagedAt >= deadlineFrom(row);

/** The incident's deadline: whoever was going to be told later is told now. The walk goes on. */
export const onDeadline = (deps: Deps, incidentId: string): Promise<void> =>
  inTransaction(deps.store.pool, async (tx) => {
    const row = await lockIncident(tx, incidentId);
    if (row === null || row.closedAt !== null || wasPaged(row)) return;
    const still = atDeadline[row.status];
    if (still === undefined) return;
    if ((await countFiring(tx, incidentId)) === 0) return;
    // Whoever holds it has a deadline too, and with that one's end comes a new one for this.
    if ((await tiesOf(tx, incidentId)).held) return;
    // The job of the time before it was opened again, or looked at again.
    if (row.deadlineAt.getTime() - deps.world.clock.now().getTime() > early) return;
    await page(deps, tx, row, `the time is up and it is ${still}`, "deadline");
  });
