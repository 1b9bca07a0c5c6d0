import { readConfig } from "../../src/config.ts";
import { startApp } from "../../src/main.ts";
import { deliver, questions } from "../../test/chaos/people.ts";
import { type Stage, setStage } from "../../test/chaos/stage.ts";
import { until } from "../../test/durability/stage.ts";
import { line } from "./measure.ts";
import { countStatements, totalOf } from "./statements.ts";

const stepsOf = async ({ pool }: Stage): Promise<number> =>
  (await pool.query<{ n: number }>("select count(*)::int as n from nightshift.journal where kind = 'step'")).rows[0]
    ?.n ?? 0;

const incidents = 40;

/** The whole service in one process: everything a step of a real walk says to the database, up to the question. */
export const benchWalk = async (): Promise<void> => {
  const stage = await setStage({ houses: incidents, workers: 1, nextLife: () => ({}), measured: true });
  const [slot] = stage.slots;
  if (slot === undefined) throw new Error("no slot");
  const environment = stage.environment(slot.proxy);
  await until("the worker has migrated", async () => slot.url());
  await slot.close();
  const app = await startApp(readConfig(environment), { log: () => undefined });
  const counts = countStatements("nightshift");
  const begun = performance.now();
  for (const { firing } of stage.town) await deliver(app.url, [firing]);
  const received = totalOf(counts());
  await until("all of them ask", async () => (await questions(stage.pool)).length === incidents, 90);
  const seconds = (performance.now() - begun) / 1000;
  const all = totalOf(counts());
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
