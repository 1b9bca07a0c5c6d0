import { expect, test } from "vitest";
import { receive } from "../../src/responder/receive.ts";
import { recordingOf } from "../../src/responder/recordings.ts";
import { subjectFinder } from "../../src/subjects.ts";
import { alert } from "../support/incidents.ts";
import { type Walking, walkStory } from "./walking.ts";

const warnings = () => walkStory("bad-rollout", {}, undefined, (one) => ({ ...one, severity: "warning" }));

test.each([
  [
    "that lacks a value",
    "delete from nightshift.checkpoint_blobs where channel = 'severity'",
    /cannot be read: .*\n.*severity/,
  ],
  ["that is gone", "delete from nightshift.checkpoints", /cannot be read: it is gone/],
])("a walk with a checkpoint %s is not replayed as if it had begun without alerts", async (_what, harm, said) => {
  const { db, id, turn } = await warnings();
  await turn();
  await db.pool.query("update nightshift.incidents set state = null");
  expect((await recordingOf(db.pool, id))?.alerts).not.toEqual([]);

  await db.pool.query(harm);
  await expect(recordingOf(db.pool, id)).rejects.toThrow(said);
});

/** More of the same about the same object, and only its severity is another. */
const worse = async (
  { id, row, alerts, deliver }: Walking,
  severity: string,
  rings: string | null = null,
): Promise<string | undefined> => {
  const { namespace, kind, name } = (await row()).subject;
  const labels = { namespace: namespace ?? "", [kind.toLowerCase()]: name };
  const pagerdutyIncident = rings === null ? null : { id: rings, url: "" };
  const more = { fingerprint: severity, name: alerts()[0]?.name ?? "", severity, labels, pagerdutyIncident };
  const [joined] = await deliver([alert(more)]);
  expect(joined).toBe(id);
  return joined;
};

const cardOf = async ({ notices }: Walking) => (await notices()).find(({ channel }) => channel === "card");

test("an incident is as severe as the worst alert that joined it, and its card says so once", async () => {
  const walking = await warnings();
  await walking.walk();
  expect((await walking.row()).severity).toBe("warning");
  const before = await cardOf(walking);

  await worse(walking, "critical");
  await worse(walking, "info");

  const after = await cardOf(walking);
  expect((await walking.row()).severity).toBe("critical");
  expect(before?.body.title).toMatch(/^WARNING /);
  expect(after?.body.title).toMatch(/^CRITICAL /);
  expect(after?.version).toBe((before?.version ?? 0) + 1);
  const lines = (await walking.journal()).map(({ line }) => line);
  expect(lines.filter((line) => line === "severity rises to critical")).toHaveLength(1);
});

test("two replicas that hear of worse at once raise it once, to the worst", async () => {
  const walking = await warnings();
  await walking.walk();
  const { namespace, kind, name } = (await walking.row()).subject;
  const labels = { namespace: namespace ?? "", [kind.toLowerCase()]: name };
  const replicas = Array.from({ length: 4 }, () =>
    receive({
      ...walking.deps,
      incidentMinutes: 15,
      subjectOf: subjectFinder(walking.deps.world.cluster),
      redact: (one) => one,
    }),
  );
  const known = walking.alerts()[0]?.name ?? "";
  await Promise.all(
    replicas.map((take, n) =>
      take({ id: null, alerts: [alert({ fingerprint: `worse-${n}`, name: known, severity: "critical", labels })] }),
    ),
  );

  expect((await walking.row()).severity).toBe("critical");
  expect((await cardOf(walking))?.body.title).toMatch(/^CRITICAL /);
  const lines = (await walking.journal()).map(({ line }) => line);
  expect(lines.filter((line) => line.startsWith("severity rises"))).toEqual(["severity rises to critical"]);
});

test("what the walk tells later is as severe as it has become", async () => {
  const walking = await warnings();
  await walking.walk();
  await worse(walking, "critical");
  await walking.answer("reject");
  await walking.walk();

  const page = (await walking.notices()).find(({ channel }) => channel === "page");
  expect(page?.body).toMatchObject({ severity: "critical", title: expect.stringMatching(/^CRITICAL /) });
  expect((await walking.row()).severity).toBe("critical");
});

test("control: alerts that are no worse leave the card as it is", async () => {
  const walking = await warnings();
  await walking.walk();
  const before = await cardOf(walking);

  await worse(walking, "info");

  expect(await cardOf(walking)).toEqual(before);
});

test("the page of a life before is not sent again when the alert comes back worse", async () => {
  const walking = await warnings();
  await walking.walk();
  await walking.answer("reject");
  await walking.walk();
  await walking.quiet();
  await walking.turn();
  const before = (await walking.notices()).find(({ channel }) => channel === "page");
  const recorded = await recordingOf(walking.db.pool, walking.id);
  walking.cluster.clock.advance(60_000);
  await walking.deliver(
    walking.alerts().map((one) => ({ ...one, severity: "critical", startsAt: "2026-12-01T00:00:00Z" })),
  );

  const row = await walking.row();
  expect([row.reopenedAt !== null, row.severity]).toEqual([true, "critical"]);
  expect((await walking.notices()).find(({ channel }) => channel === "page")).toEqual(before);
  // Until it is walked anew, a replay is of the walk before.
  const { severity, alerts } = (await recordingOf(walking.db.pool, walking.id)) ?? {};
  expect([severity, alerts]).toEqual(["warning", recorded?.alerts]);
  expect(alerts).not.toEqual([]);
});

test("of a life before nothing is sent again when something worse joins after the alert came back", async () => {
  const rings = { pagerdutyIncident: { id: "Q1", url: "" } };
  const walking = await walkStory("bad-rollout", {}, undefined, (one) => ({ ...one, severity: "warning", ...rings }));
  await walking.walk();
  await walking.answer("reject");
  await walking.walk();
  await walking.quiet();
  await walking.turn();
  walking.cluster.clock.advance(60_000);
  await walking.deliver(walking.alerts().map((one) => ({ ...one, startsAt: "2026-12-01T00:00:00Z" })));
  const before = await walking.notices();
  expect((await walking.row()).reopenedAt).not.toBeNull();

  await worse(walking, "critical", "Q2");
  const after = (await walking.notices()).filter(({ channel }) => channel !== "acknowledge");
  expect(after).toEqual(before.filter(({ channel }) => channel !== "acknowledge"));

  // Told anew, it is told more of: the control.
  await walking.walk();
  const card = await cardOf(walking);
  expect(card?.body.title).toMatch(/^CRITICAL /);
  const { namespace, kind, name } = (await walking.row()).subject;
  const labels = { namespace: namespace ?? "", [kind.toLowerCase()]: name };
  await walking.deliver([alert({ fingerprint: "late", name: "KubeLate", labels })]);
  expect((await cardOf(walking))?.version).toBe((card?.version ?? 0) + 1);
});

const openBeside = async ({ db, deliver, id }: Walking, parentClosed: boolean): Promise<string> => {
  const labels = { namespace: "shop", deployment: "victim" };
  const [child = ""] = await deliver([alert({ fingerprint: "child", severity: "warning", labels })]);
  await db.pool.query("update nightshift.incidents set held = true, parent_id = $2 where id = $1", [child, id]);
  if (parentClosed) await db.pool.query("update nightshift.incidents set closed_at = now() where id = $1", [id]);
  await deliver([alert({ fingerprint: "worse", name: "KubeWorse", severity: "critical", labels })]);
  return child;
};

test("a child that becomes worse is told with its parent, unless that is over", async () => {
  const open = await warnings();
  await open.walk();
  await openBeside(open, false);
  const over = await warnings();
  await over.walk();
  const before = await cardOf(over);
  await openBeside(over, true);

  expect((await cardOf(open))?.body.title).toMatch(/^CRITICAL /);
  expect(await cardOf(over)).toEqual(before);
});
