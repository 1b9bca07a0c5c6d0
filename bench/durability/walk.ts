import pg from "pg";
import { readConfig } from "../../src/config.ts";
import { startApp } from "../../src/main.ts";
import { deliver, questions } from "../../test/chaos/people.ts";
import { type Stage, setStage } from "../../test/chaos/stage.ts";
import { until } from "../../test/durability/stage.ts";
import { line } from "./measure.ts";

/** Counts the statements of every connection that carries this name, from now on. */
const countStatements = (name: string): (() => Map<string, number>) => {
  const counts = new Map<string, number>();
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function counted(
    this: { connectionParameters?: { application_name?: string } },
    ...args: unknown[]
  ) {
    if (this.connectionParameters?.application_name === name) {
      const text = typeof args[0] === "string" ? args[0] : String((args[0] as { text?: string })?.text);
      const short = text.trim().replaceAll(/\s+/g, " ").slice(0, 70);
      counts.set(short, (counts.get(short) ?? 0) + 1);
    }
    return Reflect.apply(query, this, args) as never;
  } as never;
  return () => counts;
};

const stepsOf = async ({ pool }: Stage): Promise<number> =>
  (await pool.query<{ n: number }>("select count(*)::int as n from nightshift.journal where kind = 'step'")).rows[0]
    ?.n ?? 0;

const incidents = 40;

/** The whole service in one process: everything a step of a real walk says to the database, up to the question. */
export const benchWalk = async (): Promise<void> => {
  const stage = await setStage({ houses: incidents, workers: 1, nextLife: () => ({}), fsync: true });
  const [slot] = stage.slots;
  if (slot === undefined) throw new Error("no slot");
  const environment = stage.environment(slot.proxy);
  await until("the worker has migrated", async () => slot.url());
  await slot.close();
  const app = await startApp(readConfig(environment), { log: () => undefined });
  const counts = countStatements("nightshift");
  const begun = performance.now();
  for (const { firing } of stage.town) await deliver(app.url, [firing]);
  const received = [...counts().values()].reduce((a, b) => a + b, 0);
  await until("all of them ask", async () => (await questions(stage.pool)).length === incidents, 90);
  const seconds = (performance.now() - begun) / 1000;
  const all = [...counts().values()].reduce((a, b) => a + b, 0);
  const steps = await stepsOf(stage);
  line("statements per superstep, whole service", ((all - received) / steps).toFixed(1), "(no bar)", true);
  line("supersteps/s of real walks, one process", (steps / seconds).toFixed(0), "(no bar)", true);
  if (process.env.SHOW_STATEMENTS) {
    for (const [text, n] of [...counts()].sort(([, a], [, b]) => b - a).slice(0, 24)) {
      process.stdout.write(`    ${(n / steps).toFixed(2).padStart(6)}  ${text}\n`);
    }
  }
  await app.stop();
  await stage.close();
};
