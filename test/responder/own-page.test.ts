import { expect, test, vi } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import type { Notice } from "../../src/incident/notice.ts";
import { deliver } from "../../src/responder/deliver.ts";
import { onDeadline } from "../../src/responder/give-up.ts";
import { sweep } from "../../src/responder/service.ts";
import { ana, monitor, night, signal } from "./pagerduty-night.ts";

// Nothing explains what is seen.
vi.mock(import("../../src/rules/index.ts"), async (original) => ({
  ...(await original()),
  diagnoseByRules: () => ({ certain: null, candidates: [], wants: [] }),
}));

const routingKey = "R".repeat(32);

/** Paged by Events v2 about an alert of another monitor; PagerDuty's webhook tells of that page as of any incident. */
const pagedNight = async () => {
  const it = await night("missing-setting", (alert) => alert, routingKey);
  const { status, state } = await it.walking.walk();
  expect(status).toBe("escalated");
  await it.tell();
  const key = `nightshift:${it.walking.id}`;
  expect(it.pagerduty.pages.get(key)).toMatchObject({ status: "triggered" });
  const page = { id: "QPAGE", title: it.pagerduty.pages.get(key)?.summary, incident_key: key };
  const incidents = async () =>
    (await it.walking.db.pool.query("select id, status, closed_at from nightshift.incidents")).rows;
  return { ...it, key, page, incidents, alert: state?.alerts[0] as Alert };
};

test("our own page that comes back opens nothing, and who takes or ends it there takes or ends ours", async () => {
  const it = await pagedNight();
  await using _all = it;
  const { incident_key, title: _title, ...keyless } = it.page;
  expect(await it.hook("incident.triggered", monitor, it.page)).toBe(202);
  // The key in the details only, as where PagerDuty gathers alerts; and by its title where nothing bears a key.
  it.details.push({ id: "A1", alert_key: incident_key, body: { details: { report: "ours" } } });
  expect(await it.hook("incident.triggered", monitor, { ...keyless, title: "gathered", incident_key: "other" })).toBe(
    202,
  );
  it.details.length = 0;
  expect(await it.hook("incident.triggered", monitor, { ...it.page, incident_key: undefined })).toBe(202);
  expect(await it.incidents()).toEqual([{ id: it.walking.id, status: "escalated", closed_at: null }]);

  expect(await it.hook("incident.acknowledged", ana, it.page)).toBe(202);
  expect(await it.said()).toContain("Ana acknowledged it in PagerDuty");
  expect(await it.hook("incident.resolved", monitor, it.page)).toBe(202);
  expect(await it.walking.row()).toMatchObject({ closedAt: null });

  expect(await it.hook("incident.resolved", ana, it.page)).toBe(202);
  expect(await it.hook("incident.resolved", ana, it.page, true)).toBe(202);
  expect(await it.incidents()).toEqual([{ id: it.walking.id, status: "escalated", closed_at: expect.any(Date) }]);
  expect((await it.said()).filter((line) => line.startsWith("closed"))).toEqual([
    "closed: Ana resolved it in PagerDuty",
  ]);
  expect(it.pagerduty.writes().filter((line) => line.includes("QPAGE"))).toEqual([]);

  // Somebody else's alert opens one, in the same incident of PagerDuty, too.
  it.details.push(
    { alert_key: incident_key },
    { alert_key: "other", body: { details: { namespace: "else", pod: "p" } } },
  );
  expect(await it.hook("incident.triggered", monitor, { ...it.page, id: "QBOTH" })).toBe(202);
  expect(await it.incidents()).toHaveLength(2);

  // A changed symptom of what nobody could explain opens it again, not another one.
  const back = { ...it.alert, name: "Another", fingerprint: "another" };
  expect(await it.walking.deliver([back])).toEqual([it.walking.id]);
});

test("a new symptom rings again only where the page is over, and the record says what happened", async () => {
  const it = await pagedNight();
  await using _all = it;
  const looks = async (name: string): Promise<void> => {
    expect(await it.walking.deliver([{ ...it.alert, name, fingerprint: name }])).toEqual([it.walking.id]);
    await it.walking.walk();
    await it.tell();
  };
  await looks("Second");
  expect(it.pagerduty.rung).toEqual([it.key]);

  const page = it.pagerduty.pages.get(it.key);
  if (page !== undefined) page.status = "resolved";
  await looks("Third");
  expect(it.pagerduty.rung).toEqual([it.key, it.key]);
});

test("whoever follows hears of a second look that ends as the first as an update, beside the escalation", async () => {
  const it = await pagedNight();
  await using _all = it;
  it.walking.deps.store.news = { follows: { event: ["escalated"] }, link: (id) => `http://nightshift.test/${id}` };
  await it.walking.deliver([{ ...it.alert, name: "Second", fingerprint: "second" }]);
  await it.walking.walk();

  const { rows } = await it.walking.db.pool.query(
    "select key, body->'again' as again from nightshift.notices where channel = 'event'",
  );
  expect(rows).toEqual([{ key: expect.stringContaining(":escalated:again:"), again: true }]);
});

test("a second look that hangs pages at a deadline of its own, once", async () => {
  const it = await pagedNight();
  await using _all = it;
  const { db, deps, cluster, id } = it.walking;
  cluster.clock.advance(60 * 60_000);
  await it.walking.deliver([{ ...it.alert, name: "Second", fingerprint: "second" }]);
  const { rows } = await db.pool.query("select max(start_after) as at from pgboss.job where name = 'deadline'");
  expect(rows).toEqual([{ at: (await it.walking.row()).deadlineAt }]);
  const paged = async () => (await it.said()).filter((line) => line.startsWith("paged a person: the time is up"));
  await onDeadline(deps, id);
  expect(await paged()).toEqual([]);

  cluster.clock.advance(15 * 60_000);
  await onDeadline(deps, id);
  await onDeadline(deps, id);
  expect(await paged()).toHaveLength(1);
});

test("the deadline of a second look whose timer was lost is found, not a moment early, and once", async () => {
  const it = await pagedNight();
  await using _all = it;
  const { db, deps, cluster, id } = it.walking;
  cluster.clock.advance(60 * 60_000);
  await it.walking.deliver([{ ...it.alert, name: "Second", fingerprint: "second" }]);
  const swept = async () => {
    await db.pool.query("delete from pgboss.job");
    await sweep(deps);
    return (await db.pool.query("select 1 from pgboss.job where name = 'deadline'")).rowCount;
  };
  expect(await swept()).toBe(0);

  cluster.clock.advance(17 * 60_000);
  expect(await swept()).toBe(1);
  await onDeadline(deps, id);
  expect(await swept()).toBe(0);
});

test.each([
  ["slack", 0],
  ["webhook", 1],
] as const)("where %s is what pages, a second look that ends as the first is sent %d times", async (port, times) => {
  const it = await pagedNight();
  await using _all = it;
  await it.walking.deliver([{ ...it.alert, name: "Second", fingerprint: "second" }]);
  await it.walking.walk();
  const told: (string | undefined)[] = [];
  const page = async ({ happened }: Notice) => {
    told.push(happened?.line);
    return {};
  };
  const { rows } = await it.walking.db.pool.query("select key from nightshift.notices where key like 'page:%:again:%'");
  await deliver({ ...it.people, pager: { ...it.people.pager, port: () => port, page } })(rows[0].key, signal);
  expect(told).toEqual(Array.from({ length: times }, () => "looked again: a person is still needed"));
});
