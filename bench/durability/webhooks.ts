import type pg from "pg";
import { openIntake } from "../../src/database.ts";
import { receive } from "../../src/responder/receive.ts";
import { startQueue } from "../../src/store/queue.ts";
import { alert } from "../../test/support/incidents.ts";
import { atOnce, line, ms } from "./measure.ts";

/** Senders at a time. */
const crowds = [32, 128];
const count = 1200;

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
  for (const lanes of crowds) {
    await atOnce(lanes, 100, rows);
    const bare = await atOnce(lanes, count, rows);
    const told = async (what: string, kind: string, namespaces: number) => {
      const { perSecond, times } = await atOnce(lanes, count, (n) =>
        take({ id: null, alerts: [one(`${kind}${lanes}-`, n, `${lanes}-${n % namespaces}`)] }),
      );
      const ratio = perSecond / bare.perSecond;
      const measured = `${perSecond.toFixed(0)}/s / ${bare.perSecond.toFixed(0)}/s = ${ratio.toFixed(2)} x, p99 ${ms(times.p99)}`;
      line(
        `alerts/s of ${lanes} senders, each ${what}`,
        measured,
        ">= 0.8 x, p99 <= 100 ms",
        ratio >= 0.8 && times.p99 <= 100,
      );
    };
    await told("opens an incident", "open", count);
    await told("joins one of 50", "join", 50);
    await told("is a repeat", "open", count);
  }
  await intake.end();
  await queue.stop(100);
};
