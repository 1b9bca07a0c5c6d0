import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import { deliver } from "../../src/responder/deliver.ts";
import { acknowledgeAtDesk } from "../../src/responder/desk.ts";
import { onDeadline } from "../../src/responder/give-up.ts";
import { countAlerts } from "../../src/store/alerts.ts";
import { markPaged } from "../../src/store/incidents.ts";
import { claimIntent } from "../../src/store/intents.ts";
import { firstBreak } from "../../src/store/journal.ts";
import { putNotice } from "../../src/store/notices.ts";
import { openUnder } from "../../src/store/pagerduty.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { openIncidents, putAlerts } from "../../src/store/ward.ts";
import { fresh } from "../support/incidents.ts";
import { ana, from, monitor, night, signal } from "./pagerduty-night.ts";

test("acknowledged while at work, noted when asked, resolved only when proven, each once", async () => {
  await using it = await night("bad-rollout");
  await it.tell();
  expect(it.incident).toMatchObject({ status: "acknowledged", snoozed: 960 });

  await it.walking.walk();
  await it.tell();
  expect(it.incident.notes).toMatchObject([{ content: expect.stringContaining("image-not-found") }]);
  expect(it.incident.status).toBe("acknowledged");

  await it.walking.answer("approve");
  expect(await it.walking.walk()).toMatchObject({ status: "resolved" });
  expect(it.incident.status).toBe("acknowledged");
  await it.tell();
  await it.tell();
  expect(it.incident.status).toBe("resolved");
  expect(it.pagerduty.writes().filter((line) => line === "PUT /incidents/Q1")).toHaveLength(2);

  // Our own resolve comes back, by our own user: nothing is opened, closed or carried out by it.
  const before = await it.said();
  expect(await it.hook("incident.resolved", { type: "user_reference", id: `PU-${from}`, summary: from })).toBe(202);
  await it.walking.turn();
  expect((await it.said()).filter((line) => !before.includes(line) && !line.includes(" resolved: "))).toEqual([]);
  expect(await it.walking.row()).toMatchObject({ status: "resolved" });
  expect(it.walking.cluster.writes().length).toBe(1);
});

test("where a person is needed, what we silenced rings again with the whole report, and is not resolved", async () => {
  await using it = await night("missing-setting");
  await it.tell();
  await it.walking.walk();
  await it.tell();

  expect(it.incident.status).toBe("triggered");
  expect(it.pagerduty.rung).toEqual(["Q1"]);
  expect(it.incident.notes.some(({ content }) => content.includes("NEEDS A PERSON"))).toBe(true);
});

test("an acknowledgement that was late does not silence the page", async () => {
  await using it = await night("bad-rollout");
  await it.walking.walk();
  it.walking.cluster.clock.advance(15 * 60_000);
  await onDeadline(it.walking.deps, it.walking.id);
  await deliver(it.people)(`page:${it.walking.id}`, signal);
  await it.tell();

  expect(it.incident.status).toBe("triggered");
  expect(it.pagerduty.writes()).not.toContain("PUT /incidents/Q1");
});

test.each([
  ["a parent works at is", false, "acknowledged"],
  ["a parent was paged about is not", true, "triggered"],
])("a held alert that %s acknowledged", async (_, paged, status) => {
  await using it = await night("bad-rollout");
  const { deps, db, id } = it.walking;
  const { severity, openedAt, deadlineAt, subject } = await it.walking.row();
  const parent = { ...fresh(openedAt, "inc_parent"), severity, deadlineAt };
  await openIncidents(db.pool, [{ ...parent, subject: { ...subject, kind: "Node", name: "n1", namespace: null } }]);
  if (paged) await markPaged(db.pool, "inc_parent", openedAt);
  await db.pool.query("update nightshift.incidents set parent_id = 'inc_parent', held = true where id = $1", [id]);
  await acknowledgeAtDesk(db.pool, deps.store, id);
  await it.tell();

  expect(it.incident.status).toBe(status);
});

test("a person who acknowledges is on the record, our own acknowledgement is not one", async () => {
  await using it = await night("bad-rollout");
  const us = { type: "user_reference", id: `PU-${from}`, summary: "bot" };
  // Faster than the answer to our own request.
  expect(await it.hook("incident.acknowledged", us)).toBe(202);
  await it.tell();
  expect(await it.hook("incident.acknowledged", us)).toBe(202);
  expect(await it.hook("incident.acknowledged", null)).toBe(202);
  expect((await it.said()).filter((line) => line.includes("acknowledged"))).toEqual([]);

  expect(await it.hook("incident.acknowledged", ana)).toBe(202);
  expect(await it.hook("incident.acknowledged", ana)).toBe(202);
  expect((await it.said()).filter((line) => line.includes("acknowledged"))).toEqual([
    "Ana acknowledged it in PagerDuty",
  ]);
  expect(await it.walking.walk()).toMatchObject({ status: "awaiting-approval" });
});

test("a person who resolves closes ours: the question is gone, and an approval that was given is not carried out", async () => {
  await using it = await night("bad-rollout");
  await it.walking.walk();
  expect(await it.walking.answer("approve")).toEqual({ kind: "accepted" });
  // A worker has the turn, and has not begun to write.
  const turn = await takeTurn(it.walking.db.pool, it.walking.id);
  const plan = (await it.walking.row()).state?.plan;
  if (turn === null || plan?.kind !== "actions") throw new Error("there is no plan");

  expect(await it.hook("incident.resolved", ana)).toBe(202);
  expect(await it.hook("incident.resolved", ana)).toBe(202);

  const at = it.walking.cluster.clock.now();
  await expect(claimIntent(it.walking.db.pool, turn, { plan, round: 1, index: 0, key: "k", at })).rejects.toMatchObject(
    { name: "TurnLost" },
  );
  await it.walking.turn();
  expect(await it.walking.row()).toMatchObject({ status: "dismissed", closedAt: expect.any(Date) });
  expect(it.walking.cluster.writes()).toEqual([]);
  expect((await it.said()).filter((line) => line === "Ana resolved it in PagerDuty")).toHaveLength(1);
  expect(await it.walking.answer("approve")).not.toEqual({ kind: "accepted" });
  expect(firstBreak(it.walking.id, await it.walking.journal())).toBeNull();
  const card = (await it.walking.notices()).find(({ channel }) => channel === "card");
  expect(card?.body).toMatchObject({ decision: null, text: expect.stringContaining("Ana resolved it in PagerDuty") });
});

const merged = { resolve_reason: { type: "merge_resolve_reason", incident: { id: "Q2" } } };

test("a monitor that resolves only feeds the walk, as before", async () => {
  await using it = await night("bad-rollout");
  await it.walking.walk();
  expect(await it.hook("incident.resolved", monitor)).toBe(202);

  expect(await countAlerts(it.walking.db.pool, it.walking.id)).toMatchObject({ firing: 0 });
  expect(await it.walking.row()).toMatchObject({ closedAt: null });
});

test("who merges it into another incident ends nothing: it fires on there, and ends with that one", async () => {
  await using it = await night("bad-rollout");
  const { db, id } = it.walking;
  await it.walking.walk();
  const { firing } = await countAlerts(db.pool, id);
  expect(await it.hook("incident.resolved", ana, merged)).toBe(202);
  expect(await it.hook("incident.resolved", ana, merged)).toBe(202);

  expect(await countAlerts(db.pool, id)).toMatchObject({ firing });
  expect(await it.walking.row()).toMatchObject({ status: "awaiting-approval", closedAt: null });
  expect(await openUnder(db.pool, "Q2")).toEqual([id]);
  expect(await it.said()).toContainEqual(expect.stringMatching(/resolved: merged into Q2 in PagerDuty/));

  expect(await it.hook("incident.resolved", ana, { id: "Q2", created_at: "2026-11-22T14:57:00Z" })).toBe(202);
  expect(await countAlerts(db.pool, id)).toMatchObject({ firing: 0 });
  expect(await it.walking.row()).toMatchObject({ status: "dismissed", closedAt: expect.any(Date) });
});

test("other alerts keep it open, and their end does; a delivery that comes again says nothing", async () => {
  await using it = await night("bad-rollout");
  const [first] = (await it.walking.walk()).state?.alerts ?? [];
  if (first === undefined) throw new Error("there is no alert");
  const other: Alert = { ...first, source: "alertmanager", fingerprint: "other", pagerdutyIncident: null };
  await it.walking.deliver([other]);

  expect(await it.hook("incident.resolved", ana)).toBe(202);
  expect(await it.hook("incident.resolved", ana, {}, true)).toBe(202);

  const word = "Ana resolved it in PagerDuty; other alerts of it still fire";
  expect((await it.said()).filter((line) => line.startsWith("Ana"))).toEqual([word]);
  expect(await it.walking.row()).toMatchObject({ status: "awaiting-approval", closedAt: null });

  await it.walking.deliver([{ ...other, status: "resolved" }]);
  expect(await it.hook("incident.resolved", ana, {}, true)).toBe(202);
  expect(await it.walking.row()).toMatchObject({ closedAt: null });
});

test("a change that has begun is looked after although a person resolved it", async () => {
  await using it = await night("bad-rollout");
  await it.walking.walk();
  await it.walking.answer("approve");
  for (let turns = 0; turns < 5 && (await it.walking.row()).status !== "verifying"; turns++) await it.walking.turn();
  expect(await it.walking.row()).toMatchObject({ status: "verifying" });

  expect(await it.hook("incident.resolved", ana)).toBe(202);

  expect(await it.walking.row()).toMatchObject({ status: "verifying", closedAt: null });
  expect(await it.walking.walk()).toMatchObject({ status: "resolved" });
  expect(it.walking.cluster.writes().length).toBe(1);
});

test("proven, it ends its own pages about those that it held, but for one whose alerts fire", async () => {
  await using it = await night("bad-rollout", (alert) => alert, "R".repeat(32));
  const { db, deps, id } = it.walking;
  const { state, openedAt, deadlineAt, subject, severity } = await it.walking.walk();
  const [alert] = state?.alerts ?? [];
  if (alert === undefined) throw new Error("there is no alert");
  for (const child of ["inc_quiet", "inc_sick"]) {
    const one = { ...fresh(openedAt, child), severity, deadlineAt, parentId: id };
    await openIncidents(db.pool, [{ ...one, subject: { ...subject, name: child } }]);
    const text = { title: child, text: "", severity, link: "", pagerdutyIncident: null };
    await putNotice(db.pool, deps.store.queue, { key: `page:${child}`, incidentId: child, channel: "page", ...text });
  }
  await putAlerts(db.pool, [{ incidentId: "inc_sick", alert: { ...alert, fingerprint: "sick" } }], openedAt);
  await it.tell();

  await it.walking.answer("approve");
  expect(await it.walking.walk()).toMatchObject({ status: "resolved" });
  await it.tell();
  const pages = [...it.pagerduty.pages].map(([key, { status }]) => [key, status]);
  expect(pages).toEqual([
    ["nightshift:inc_quiet", "resolved"],
    ["nightshift:inc_sick", "triggered"],
  ]);
});
