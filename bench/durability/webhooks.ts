import type pg from "pg";
import { openIntake } from "../../src/database.ts";
import type { Alert } from "../../src/incident/alert.ts";
import { receive } from "../../src/responder/receive.ts";
import { together } from "../../src/responder/together.ts";
import type { Store } from "../../src/responder/turn-ports.ts";
import { appendAll } from "../../src/store/journal.ts";
import { startQueue } from "../../src/store/queue.ts";
import { inOneGo, inTransaction } from "../../src/store/transaction.ts";
import { openIncidents, putAlerts } from "../../src/store/ward.ts";
import { alert } from "../../test/support/incidents.ts";
import { atOnce, line, ms, quantiles } from "./measure.ts";

/** Senders at a time. */
const crowds = [32, 128];
const count = 800;
/** Incidents that the alerts of a round join. */
const places = 50;
/** Each compares with the baseline beside it, for a machine is not as fast in one second as in the next; the median counts. */
const rounds = 7;

/**
 * `rows`: those of an alert that opens an incident, bare; `shared`: those of many in one transaction, which is the most that can be
 * had with these rows. `repeats` are of what `opens` opened in the round.
 */
const kinds = ["bare", "opens", "rows", "shared", "joins", "repeats"] as const;
type Kind = (typeof kinds)[number];
type Round = Record<Kind, Awaited<ReturnType<typeof atOnce>>>;

const median = (values: readonly number[]): number => quantiles(values).p50;

const tell = (seen: readonly Round[], what: Kind, against: Kind, label: string, hasBar = true): void => {
  const [one, other] = [what, against].map((kind) => median(seen.map((round) => round[kind].perSecond)));
  const ratio = median(seen.map((round) => round[what].perSecond / round[against].perSecond));
  const p99 = median(seen.map((round) => round[what].times.p99));
  const measured = `${one?.toFixed(0)}/s / ${other?.toFixed(0)}/s = ${ratio.toFixed(2)} x, p99 ${ms(p99)}`;
  if (hasBar) line(label, measured, ">= 0.8 x, p99 <= 100 ms", ratio >= 0.8 && p99 <= 100);
  else line(label, measured, "(no bar)", true);
};

interface Opening {
  id: string;
  alert: Alert;
}

/** The rows of alerts that open an incident each, in one transaction, with nothing read and nothing decided. */
const writeRows = ({ pool, queue }: Store, openings: readonly Opening[]): Promise<unknown> =>
  inTransaction(pool, (tx) => {
    const at = new Date();
    const ids = openings.map(({ id }) => id);
    const opened = ids.map((id) => {
      const subject = { cluster: "bench", namespace: id, kind: "Deployment", name: "api", guessed: false };
      return { id, subject, severity: "warning", graphVersion: 1, openedAt: at, deadlineAt: at };
    });
    const entries = openings.map(({ id, alert: one }) => ({
      incidentId: id,
      entry: { at: at.toISOString(), kind: "alert", actor: "bench", line: one.summary, data: one.labels },
    }));
    const alerts = openings.map(({ id, alert: one }) => ({ incidentId: id, alert: one }));
    return inOneGo(
      tx,
      () => openIncidents(tx, opened),
      () => putAlerts(tx, alerts, at),
      () => appendAll(tx, entries, new Map(ids.map((id) => [id, null]))),
      () => queue.sendAll(tx, "deadline", ids, at),
      () => queue.sendAll(tx, "advance", ids),
    );
  });

/** Those that come at once share a transaction, of which two are made at a time, as in the product. */
const inTwoLanes = (store: Store) => {
  const lane = () =>
    together<Opening, null>(64, async (openings) => {
      await writeRows(store, openings);
      return openings.map(() => null);
    });
  const lanes = [lane(), lane()];
  return (n: number, opening: Opening): Promise<unknown> | undefined => lanes[n % 2]?.(opening);
};

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
  const store = { pool: intake, queue };
  const share = inTwoLanes(store);
  const taken = (fingerprint: string, namespace: string, namespaces: number) => (n: number) =>
    take({ id: null, alerts: [one(fingerprint, n, `${namespace}${n % namespaces}`)] });
  const works = (of: string): Record<Kind, (n: number) => Promise<unknown>> => ({
    bare: () => pool.query("insert into bench_rows (body) values ($1)", [body]),
    opens: taken(`open${of}-`, `open${of}-`, count),
    rows: (n) => writeRows(store, [{ id: `inc_bare${of}-${n}`, alert: one(`bare${of}-`, n, "bare") }]),
    shared: async (n) => share(n, { id: `inc_shared${of}-${n}`, alert: one(`shared${of}-`, n, "shared") }),
    joins: taken(`join${of}-`, `join${of}-`, places),
    repeats: taken(`open${of}-`, `open${of}-`, count),
  });
  const round = async (lanes: number, of: string): Promise<Round> => {
    // Opens what the alerts of `joins` join.
    await atOnce(lanes, places, taken(`first${of}-`, `join${of}-`, places));
    const work = works(of);
    const rates: [Kind, Round[Kind]][] = [];
    for (const kind of kinds) rates.push([kind, await atOnce(lanes, count, work[kind])]);
    return Object.fromEntries(rates) as Round;
  };
  // All of it is compiled before any is measured.
  await round(32, "warm");
  for (const lanes of crowds) {
    const seen: Round[] = [];
    for (let n = 0; n < rounds; n++) seen.push(await round(lanes, `${lanes}-${n}`));
    tell(seen, "opens", "bare", `alerts/s of ${lanes} senders, each opens an incident`);
    tell(seen, "opens", "rows", "  … against its five rows, written with no question");
    tell(seen, "shared", "bare", "  … its five rows alone, transactions shared", false);
    tell(seen, "joins", "bare", `alerts/s of ${lanes} senders, each joins one of ${places}`);
    tell(seen, "repeats", "bare", `alerts/s of ${lanes} senders, each is a repeat`);
  }
  await intake.end();
  await queue.stop(100);
};
