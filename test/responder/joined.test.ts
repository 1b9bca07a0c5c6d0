import { expect, test } from "vitest";
import { Happening, type Notice } from "../../src/incident/notice.ts";
import type { Ports } from "../../src/ports/index.ts";
import { alert } from "../support/incidents.ts";
import { type Walking, walkStory } from "./walking.ts";

const threads = { follows: { thread: Happening.options } };

/** Walked until people were asked. */
const asked = async (pagerduty: string | null = null) => {
  const pagerdutyIncident = pagerduty === null ? null : { id: pagerduty, url: "" };
  const walking = await walkStory("bad-rollout", {}, threads, (one) => ({ ...one, pagerdutyIncident }));
  await walking.walk();
  return walking;
};

/** Another alert about the same object. */
const joins = async ({ row, deliver }: Walking, name: string, pagerduty: string | null = null) => {
  const { namespace, kind, name: object } = (await row()).subject;
  const labels = { namespace: namespace ?? "", [kind.toLowerCase()]: object };
  const pagerdutyIncident = pagerduty === null ? null : { id: pagerduty, url: "" };
  await deliver([alert({ fingerprint: name, name, labels, pagerdutyIncident })]);
};

const told = async ({ db }: Walking, like: string) =>
  (
    await db.pool.query<{ key: string; version: number; body: Notice }>(
      "select key, version, body from nightshift.notices where key like $1 order by key",
      [like],
    )
  ).rows;

test("who joins after people were told is on the card, in its thread and on PagerDuty's incident", async () => {
  const walking = await asked("Q1");
  const [before] = await told(walking, "card:%");
  await joins(walking, "KubeLate");

  const line = "Joined since this was written: KubeLate.";
  const [after] = await told(walking, "card:%");
  expect(after?.version).toBe((before?.version ?? 0) + 1);
  expect(after?.body).toEqual({ ...before?.body, besides: [line] });
  expect(after?.body.decision).not.toBeNull();
  for (const like of ["thread:%:joined:%", "note:%:joined:%"]) {
    const [more, ...others] = await told(walking, like);
    expect([more?.body.text, more?.body.decision ?? null, others]).toEqual([line, null, []]);
  }
});

test("however many join within a minute, the thread and PagerDuty hear of them in one message", async () => {
  const walking = await asked("Q1");
  for (const name of ["KubeA", "KubeB", "KubeC"]) await joins(walking, name);

  const [reply, ...more] = await told(walking, "thread:%:joined:%");
  expect(reply?.body.text).toBe("Joined since this was written: KubeA, KubeB, KubeC.");
  expect(more).toEqual([]);
  expect(await told(walking, "note:%:joined:%")).toHaveLength(1);
});

test("a decision does not wait behind what joined just before it", async () => {
  const walking = await asked();
  await walking.db.pool.query("delete from pgboss.job where name = 'notify'");
  const waits = async () =>
    (
      await walking.db.pool.query<{ waits: boolean }>(
        "select start_after > now() as waits from pgboss.job where name = 'notify' and singleton_key = $1",
        [`card:${walking.id}`],
      )
    ).rows;
  await joins(walking, "KubeLate");
  expect(await waits()).toEqual([{ waits: true }]);

  await walking.answer("reject");
  expect(await waits()).toEqual([{ waits: false }]);
});

test("control: more of the same, and a resolve, are no news", async () => {
  const walking = await asked("Q1");
  const before = await told(walking, "%");
  const [first] = walking.alerts();
  await walking.deliver([{ ...alert(), ...first, fingerprint: "another pod" }]);
  await walking.deliver([{ ...alert(), ...first, status: "resolved" }]);

  expect((await told(walking, "%")).filter(({ key }) => !key.startsWith("acknowledge"))).toEqual(before);
});

test("an alert that rings as another incident of PagerDuty's brings the diagnosis there, once", async () => {
  const walking = await asked("Q1");
  await joins(walking, "KubeLate", "Q2");
  await joins(walking, "KubeLater", "Q2");

  const [card] = await told(walking, "card:%");
  const [note, ...more] = (await told(walking, "note:%")).filter(({ body }) => body.pagerdutyIncident === "Q2");
  expect(note?.version).toBe(1);
  expect(note?.body).toMatchObject({ title: card?.body.title, text: card?.body.text });
  expect(note?.body.decision).toBeUndefined();
  expect(more).toEqual([]);
});

test("what rang as another incident of PagerDuty's before people were told finds the diagnosis there, once", async () => {
  const pagerdutyIncident = { id: "Q1", url: "" };
  const walking = await walkStory("bad-rollout", {}, threads, (one) => ({ ...one, pagerdutyIncident }));
  await joins(walking, "KubeEarly", "Q2");
  await walking.walk();
  await joins(walking, "KubeLate", "Q2");

  const notes = (await told(walking, "note:%")).filter(({ key }) => !/joined:\d+$/.test(key));
  expect(notes.map(({ body }) => body.pagerdutyIncident).sort()).toEqual(["Q1", "Q2"]);
  const [first, second] = notes.map(({ body: { key: _key, pagerdutyIncident: _to, ...said } }) => said);
  expect(second).toEqual(first);
});

test("before anybody was told nothing more is told", async () => {
  const walking = await walkStory("bad-rollout", {}, threads);
  await joins(walking, "KubeLate");

  expect((await told(walking, "%")).map(({ key }) => key.split(":")[0])).not.toContain("card");
  expect(await told(walking, "%:joined:%")).toEqual([]);
});

test("of a child that joins a parent the parent's people are told, and of one whose parent is over nobody", async () => {
  const open = await asked();
  const over = await asked();
  const child = async ({ db, id, deliver }: Walking, closed: boolean) => {
    const labels = { namespace: "shop", deployment: "victim" };
    const [held = ""] = await deliver([alert({ fingerprint: "child", labels })]);
    await db.pool.query("update nightshift.incidents set held = true, parent_id = $2 where id = $1", [held, id]);
    if (closed) await db.pool.query("update nightshift.incidents set closed_at = now() where id = $1", [id]);
    await deliver([alert({ fingerprint: "more", name: "KubeMore", labels })]);
  };
  await child(open, false);
  await child(over, true);

  expect((await told(open, "card:%"))[0]?.body.besides).toEqual([
    "Holds 1 more of the same cause: Deployment/victim in shop.",
  ]);
  expect((await told(over, "card:%"))[0]?.body.besides).toEqual([]);
});

/** Walked until people are told, while incidents of PagerDuty's join in the middle of the first look. */
const lookedAtWhile = async (story: "bad-rollout" | "missing-setting", first: string | null, ...late: string[]) => {
  const meanwhile = { join: async (): Promise<void> => undefined };
  const wrap = (ports: Ports): Ports => ({
    ...ports,
    archive: {
      ...ports.archive,
      keep: async (evidence) => {
        const { join } = meanwhile;
        meanwhile.join = async () => undefined;
        await join();
        return ports.archive.keep(evidence);
      },
    },
  });
  const pagerdutyIncident = first === null ? null : { id: first, url: "" };
  const walking = await walkStory(story, { wrap }, threads, (one) => ({ ...one, pagerdutyIncident }));
  meanwhile.join = async () => {
    for (const id of late) await joins(walking, `Kube${id}`, id);
  };
  await walking.walk();
  return walking;
};

const ofNotes = (rows: { body: Notice }[]) => rows.map(({ body }) => body.pagerdutyIncident);

test("who rings at PagerDuty first while the first look is under way finds there what was asked, once", async () => {
  const walking = await lookedAtWhile("bad-rollout", null, "Q1");
  const [card] = await told(walking, "card:%");
  const notes = await told(walking, "note:%");
  expect(card?.body.pagerdutyIncident).toBe("Q1");
  expect(ofNotes(notes)).toEqual(["Q1"]);
  expect(notes[0]?.body).toMatchObject({ title: card?.body.title, text: card?.body.text });
  expect(notes[0]?.body.decision).toBeUndefined();
});

test("who rings second during the first look finds it there as well", async () => {
  const walking = await lookedAtWhile("bad-rollout", "Q1", "Q2");
  expect(ofNotes(await told(walking, "note:%")).sort()).toEqual(["Q1", "Q2"]);
});

test("what rang during the first look is escalated itself, and the others are told", async () => {
  const walking = await lookedAtWhile("missing-setting", null, "Q1", "Q2");
  const [page] = await told(walking, "page:%");
  expect(page?.body.pagerdutyIncident).toBe("Q1");
  expect(ofNotes(await told(walking, "note:%"))).toEqual(["Q2"]);
});

test("control: where nothing rings at PagerDuty, no note is written there", async () => {
  const walking = await lookedAtWhile("missing-setting", null);
  expect((await told(walking, "page:%"))[0]?.body.pagerdutyIncident).toBeNull();
  expect(await told(walking, "note:%")).toEqual([]);
});
