import type pg from "pg";
import { openIntake } from "../../src/database.ts";
import type { Alert } from "../../src/incident/alert.ts";
import { receive } from "../../src/responder/receive.ts";
import type { Store } from "../../src/responder/turn-ports.ts";
import { appendAll } from "../../src/store/journal.ts";
import { startQueue } from "../../src/store/queue.ts";
import { inOneGo, inTransaction } from "../../src/store/transaction.ts";
import { openIncidents, putAlerts } from "../../src/store/ward.ts";
import { alert } from "../../test/support/incidents.ts";
import { atOnce, line, ms } from "./measure.ts";

/** Senders at a time. */
const crowds = [32, 128];
const count = 1200;

/** The rows of an alert that opens an incident, each alert a transaction, with nothing read and nothing decided. */
const bareRows =
  ({ pool, queue }: Store) =>
  (id: string, one: Alert): Promise<unknown> =>
    inTransaction(pool, (tx) => {
      const at = new Date();
      const subject = { cluster: "bench", namespace: id, kind: "Deployment", name: "api", guessed: false };
      const opened = { id, subject, severity: "warning", graphVersion: 1, openedAt: at, deadlineAt: at };
      const entry = { at: at.toISOString(), kind: "alert", actor: "bench", line: one.summary, data: one.labels };
      return inOneGo(
        tx,
        () => openIncidents(tx, [opened]),
        () => putAlerts(tx, [{ incidentId: id, alert: one }], at),
        () => appendAll(tx, [{ incidentId: id, entry }], new Map([[id, null]])),
        () => queue.sendAll(tx, "deadline", [id], at),
        () => queue.sendAll(tx, "advance", [id]),
      );
    });

/** What a sender waits for: the transaction of an alert, beside one INSERT of the same bytes at the same concurrency. */
export const benchWebhooks = async (pool: pg.Pool, url: string): Promise<void> => {
  const queue = await startQueue(url, () => undefined);
  const intake = openIntake({ url, onError: () => undefined });
  const take = receive({
    store: { pool: intake, queue },
    world: { clock: { now: () => new Date() } },
    incidentMinutes: 15,
    subjectOf: async ({ labels }) => ({
      cluster: "bench",
      namespace: labels.namespace ?? "",
      kind: "Deployment",
      name: "api",
      guessed: false,
    }),
    redact: (one) => one,
  });
  const one = (kind: string, n: number, namespace: string) =>
    alert({ fingerprint: `${kind}${n}`, labels: { namespace, pod: "api-1" } });
  const body = JSON.stringify(one("f", 0, "n"));
  await pool.query(
    "create table if not exists bench_rows (id bigint generated always as identity primary key, body text)",
  );
  const rows = () => pool.query("insert into bench_rows (body) values ($1)", [body]);
  const taken = (lanes: number, kind: string, namespaces: number) =>
    atOnce(lanes, count, (n) => take({ id: null, alerts: [one(kind, n, `${kind}${n % namespaces}`)] }));
  const fiveRows = bareRows({ pool: intake, queue });
  // Both are compiled before either is measured.
  await atOnce(32, count, rows);
  await taken(32, "warm", count);
  for (const lanes of crowds) {
    const bare = await atOnce(lanes, count, rows);
    const told = async (what: string, kind: string, namespaces: number) => {
      const { perSecond, times } = await taken(lanes, `${kind}${lanes}-`, namespaces);
      const ratio = perSecond / bare.perSecond;
      const measured = `${perSecond.toFixed(0)}/s / ${bare.perSecond.toFixed(0)}/s = ${ratio.toFixed(2)} x, p99 ${ms(times.p99)}`;
      line(
        `alerts/s of ${lanes} senders, each ${what}`,
        measured,
        ">= 0.8 x, p99 <= 100 ms",
        ratio >= 0.8 && times.p99 <= 100,
      );
      return perSecond;
    };
    const opened = await told("opens an incident", "open", count);
    const five = await atOnce(lanes, count, (n) => fiveRows(`inc_bare${lanes}-${n}`, one(`bare${lanes}-`, n, "bare")));
    line(
      "  … against its five rows, written with no question",
      `${opened.toFixed(0)}/s / ${five.perSecond.toFixed(0)}/s = ${(opened / five.perSecond).toFixed(2)} x`,
      ">= 0.8 x",
      opened >= 0.8 * five.perSecond,
    );
    await told("joins one of 50", "join", 50);
    await told("is a repeat", "open", count);
  }
  await intake.end();
  await queue.stop(100);
};
