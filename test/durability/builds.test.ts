import { expect, test } from "vitest";
import { read } from "../../src/store/journal.ts";
import { freshDatabase } from "../support/database.ts";
import { nextBuild } from "./next-build.ts";
import { carryThrough, endingOf, hashOf, isAsking } from "./night.ts";
import { type Life, type Stage, setStage, until } from "./stage.ts";

const end = async ({ process, ended }: Life): Promise<void> => {
  process.kill("SIGTERM");
  await ended;
};

/** Takes an incident to its question with one build, and ends that build. */
const pausedBy = async (stage: Stage, build: Record<string, string>): Promise<string> => {
  const life = await stage.start(build);
  const id = await stage.alert(life);
  await until("it asks", async () => isAsking(await life.client.show(id)));
  await end(life);
  return id;
};

const versionOf = async ({ db }: Stage): Promise<number> =>
  (await db.pool.query("select graph_version as v from nightshift.incidents")).rows[0].v;

test.concurrent("a new build carries an incident that an old one left paused to its end, in the old shape", async () => {
  const stage = await setStage("bad-rollout", await freshDatabase());
  try {
    const id = await pausedBy(stage, {});
    const newer = await stage.start(nextBuild);
    await carryThrough(newer, id, "approve");

    const { steps, ...ending } = await endingOf(stage, id);
    expect(await versionOf(stage)).toBe(1);
    expect(ending).toMatchObject({ status: "resolved", writes: 1, journalBreak: null });
    expect(steps).not.toContain("second-thought");
  } finally {
    await stage.close();
  }
});

test.concurrent("an old build leaves an incident of a new one as it is and says so; the new one carries it on", async () => {
  const stage = await setStage("bad-rollout", await freshDatabase());
  try {
    const id = await pausedBy(stage, nextBuild);
    expect(await versionOf(stage)).toBe(2);

    const older = await stage.start();
    const before = await older.client.show(id);
    if (before === null) throw new Error("the incident is gone");
    await older.client.decide(id, "approve", hashOf(before));
    const said = /waits for a build that has graph version 2; there is one that has only 1/;
    await until("the old build says so", async () =>
      (await read(stage.db.pool, id)).some(({ line }) => said.test(line)),
    );
    await until("and says so once more to nobody", async () => {
      const { rows } = await stage.db.pool.query(
        "select 1 from pgboss.job where name = 'wake' and state = 'completed'",
      );
      return rows.length > 1;
    });
    expect((await endingOf(stage, id)).writes).toBe(0);
    expect((await read(stage.db.pool, id)).filter(({ line }) => said.test(line))).toHaveLength(1);
    const metrics = await (await fetch(`${older.url}/metrics`)).text();
    expect(metrics).toContain('nightshift_open_incidents_by_graph_version{version="2",known="no"} 1');
    await end(older);

    await carryThrough(await stage.start(nextBuild), id, "nothing");
    const { steps, ...ending } = await endingOf(stage, id);
    expect(ending).toMatchObject({ status: "resolved", writes: 1, journalBreak: null });
    expect(steps).toContain("second-thought");
  } finally {
    await stage.close();
  }
});
