import { expect, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { allDelivered, carryThrough, endingOf, hashOf, isAsking } from "./night.ts";
import { type Life, type Stage, setStage, until } from "./stage.ts";

const onStage = async (play: (stage: Stage) => Promise<void>): Promise<void> => {
  const stage = await setStage("bad-rollout", await freshDatabase());
  try {
    await play(stage);
  } finally {
    await stage.close();
  }
};

const asked = async (life: Life, id: string): Promise<string> =>
  hashOf(
    await until("it asks for a decision", async () => {
      const incident = await life.client.show(id);
      return isAsking(incident) && incident;
    }),
  );

const decide = async (url: string, id: string, decision: "approve" | "reject", planHash: string): Promise<number> => {
  const response = await fetch(`${url}/api/incidents/${id}/decision`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ decision, planHash }),
    signal: AbortSignal.timeout(20_000),
  });
  await response.arrayBuffer();
  return response.status;
};

const good = { status: "resolved", verdict: "recovered", writes: 1, incidents: 1, journalBreak: null, undelivered: [] };

test("killed while it waits: an approval meanwhile is refused by the connection, one after the restart counts once", () =>
  onStage(async (stage) => {
    const first = await stage.start();
    const id = await stage.alert(first);
    const hash = await asked(first, id);
    first.process.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");

    await expect(decide(first.url, id, "approve", hash)).rejects.toThrow("fetch failed");
    const second = await stage.start();
    expect(await asked(second, id)).toBe(hash);
    expect(await decide(second.url, id, "approve", hash)).toBe(202);
    expect(await decide(second.url, id, "approve", hash)).toBe(409);

    await carryThrough(second, id, "nothing");
    await allDelivered(stage);
    expect(await endingOf(stage, id)).toMatchObject(good);
  }));

test("two replicas, ten simultaneous approvals over both: one counts, one write", () =>
  onStage(async (stage) => {
    const [one, two] = await Promise.all([stage.start(), stage.start()]);
    const id = await stage.alert(one);
    const hash = await asked(two, id);

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => decide((n % 2 ? one : two).url, id, "approve", hash)),
    );

    expect(answers.sort()).toEqual([202, ...Array(9).fill(409)]);
    await carryThrough(two, id, "nothing");
    await allDelivered(stage);
    expect(await endingOf(stage, id)).toMatchObject(good);
  }));

test("approvals against rejections: one counts, and what happens is what was answered", () =>
  onStage(async (stage) => {
    const life = await stage.start();
    const id = await stage.alert(life);
    const hash = await asked(life, id);

    const words = Array.from({ length: 10 }, (_, n) => (n % 2 ? "approve" : "reject"));
    const answers = await Promise.all(words.map((word) => decide(life.url, id, word, hash)));
    const accepted = words.filter((_, n) => answers[n] === 202);

    expect(accepted).toHaveLength(1);
    expect(answers.filter((status) => status === 409)).toHaveLength(9);
    await carryThrough(life, id, "nothing");
    const ending = await endingOf(stage, id);
    expect(ending).toMatchObject({ incidents: 1, journalBreak: null });
    expect([accepted[0], ending.status, ending.writes]).toEqual(
      accepted[0] === "approve" ? ["approve", "resolved", 1] : ["reject", "escalated", 0],
    );
  }));

test("asked to end, it hands over at once and its successor carries on", () =>
  onStage(async (stage) => {
    const first = await stage.start();
    // The first listing never answers: the process is asked to end in the middle of a node.
    stage.cluster.misbehave({ method: "GET", path: /\/replicasets$/, how: "hang", times: 1 });
    const id = await stage.alert(first);
    await until("it asks the cluster", async () =>
      stage.cluster.requests.some(({ path }) => path.endsWith("/replicasets")),
    );
    first.process.kill("SIGTERM");
    expect(await first.ended).toBe("0");
    expect(first.lines).toContain('{"line":"stopped"}');

    // Handed over, not left behind: the queue need not miss the worker first.
    const { rows } = await stage.db.pool.query("select 1 from pgboss.job where name = 'advance' and state = 'active'");
    expect(rows).toEqual([]);
    await carryThrough(await stage.start(), id, "approve");
    expect(await endingOf(stage, id)).toMatchObject({ ...good, undelivered: expect.anything() });
  }));
