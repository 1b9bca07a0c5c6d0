import type pg from "pg";
import { receive } from "../../src/responder/receive.ts";
import { startQueue } from "../../src/store/queue.ts";
import { alert } from "../../test/support/incidents.ts";
import { atOnce, line, ms } from "./measure.ts";

const lanes = 32;
const count = 1200;

/** What a sender waits for: the transaction of an alert, beside one INSERT of the same bytes at the same concurrency. */
export const benchWebhooks = async (pool: pg.Pool, url: string): Promise<void> => {
  const queue = await startQueue(url, () => undefined);
  const take = receive({
    store: { pool, queue },
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
  await atOnce(lanes, 100, rows);
  const bare = await atOnce(lanes, count, rows);
  const told = (what: string, { perSecond, times }: typeof bare) => {
    const ratio = perSecond / bare.perSecond;
    const measured = `${perSecond.toFixed(0)}/s / ${bare.perSecond.toFixed(0)}/s = ${ratio.toFixed(2)} x, p99 ${ms(times.p99)}`;
    line(what, measured, ">= 0.8 x, p99 <= 100 ms", ratio >= 0.8 && times.p99 <= 100);
  };
  told(
    "alerts accepted/s, each opens an incident",
    await atOnce(lanes, count, (n) => take({ id: null, alerts: [one("open", n, `ns-${n}`)] })),
  );
  told(
    "alerts accepted/s, each joins one of 50",
    await atOnce(lanes, count, (n) => take({ id: null, alerts: [one("join", n, `ns-${n % 50}`)] })),
  );
  told(
    "alerts accepted/s, each is a repeat",
    await atOnce(lanes, count, (n) => take({ id: null, alerts: [one("open", n, `ns-${n}`)] })),
  );
  await queue.stop(100);
};
