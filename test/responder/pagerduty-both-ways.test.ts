import { expect, test } from "vitest";
import { pagerdutyPager } from "../../src/adapters/pagerduty.ts";
import { pagerdutyDesk } from "../../src/adapters/pagerduty-desk.ts";
import { pagerdutyRest } from "../../src/adapters/pagerduty-rest.ts";
import type { Alert } from "../../src/incident/alert.ts";
import { touched } from "../../src/responder/by-person.ts";
import { type DeliverDeps, deliver } from "../../src/responder/deliver.ts";
import { acknowledgeAtDesk } from "../../src/responder/desk.ts";
import { onDeadline } from "../../src/responder/give-up.ts";
import { receive } from "../../src/responder/receive.ts";
import { countAlerts } from "../../src/store/alerts.ts";
import { markPaged } from "../../src/store/incidents.ts";
import { claimIntent } from "../../src/store/intents.ts";
import { firstBreak } from "../../src/store/journal.ts";
import { openUnder } from "../../src/store/pagerduty.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { subjectFinder } from "../../src/subjects.ts";
import { openServer, pagerdutySignature, unset } from "../server/open-server.ts";
import { startFakePagerDuty } from "../support/fake-pagerduty.ts";
import { fresh } from "../support/incidents.ts";
import { walkStory } from "./walking.ts";

const from = "bot@example.com";
const signal = new AbortController().signal;
const news = { follows: {}, desk: ["acknowledge", "resolve"] } as const;
const ana = { type: "user_reference", id: "PANA", summary: "Ana" };
const monitor = { type: "service_reference", id: "PSVC", summary: "Kubernetes" };

const underPagerDuty = (alert: Alert): Alert => ({
  ...alert,
  source: "pagerduty",
  fingerprint: `Q1:${alert.fingerprint}`,
  pagerdutyIncident: { id: "Q1", url: "" },
});

/** An incident that PagerDuty rings for; its webhooks come in over real HTTP with real signatures. */
const night = async (story: "bad-rollout" | "missing-setting") => {
  const walking = await walkStory(story, {}, news, underPagerDuty);
  const pagerduty = await startFakePagerDuty();
  const incident = pagerduty.open("Q1");
  const rest = pagerdutyRest({ apiUrl: pagerduty.url, token: "t", from });
  const people: DeliverDeps = {
    ...walking.deps,
    clock: walking.cluster.clock,
    notifier: { post: async () => ({}) },
    pager: pagerdutyPager({ eventsUrl: pagerduty.url, routingKey: null, rest, from }),
    desk: pagerdutyDesk({ rest, clock: walking.cluster.clock, resolvePage: null }),
  };
  const server = await openServer(
    {
      receive: receive({
        ...walking.deps,
        incidentMinutes: 15,
        subjectOf: subjectFinder(walking.deps.world.cluster),
        redact: (alert) => alert,
      }),
      touched: touched(walking.deps),
    },
    { config: { ...unset, PAGERDUTY_WEBHOOK_SECRETS: ["s"] } },
  );
  /** Everything that waits to be told. */
  const tell = async (): Promise<void> => {
    const { rows } = await walking.db.pool.query<{ key: string }>(
      "select key from nightshift.notices where version > sent_version order by incident_id, key",
    );
    for (const { key } of rows) await deliver(people)(key, signal);
  };
  let events = 0;
  const hook = async (type: string, agent: object | null, more: object = {}, again = false): Promise<number> => {
    if (!again) events += 1;
    const body = JSON.stringify({
      event: {
        id: `E${events}`,
        event_type: type,
        resource_type: "incident",
        agent,
        data: {
          id: "Q1",
          type: "incident",
          title: "t",
          created_at: "2026-11-22T14:58:00Z",
          html_url: "http://pd/Q1",
          ...more,
        },
      },
    });
    const headers = { "x-webhook-id": `W${events}`, ...pagerdutySignature(body, "s") };
    const response = await fetch(`${server.url}/webhooks/pagerduty`, { method: "POST", headers, body });
    return response.status;
  };
  const said = async (): Promise<string[]> => (await walking.journal()).map(({ line }) => line);
  const close = async (): Promise<void> => {
    await server.close();
    await pagerduty[Symbol.asyncDispose]();
  };
  return { walking, pagerduty, incident, people, tell, hook, said, [Symbol.asyncDispose]: close };
};

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
