import { beforeEach, expect, test, vi } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import type { Notice } from "../../src/incident/notice.ts";
import { advance } from "../../src/responder/advance.ts";
import { updateOf } from "../../src/responder/told-beside.ts";
import { currentNotice } from "../../src/store/notices.ts";
import { alert } from "../support/incidents.ts";
import { type Night, walkNight } from "./stage.ts";

const blind = vi.hoisted(() => ({ rules: true }));
vi.mock(import("../../src/rules/index.ts"), async (original) => {
  const real = await original();
  const diagnoseByRules: typeof real.diagnoseByRules = (look) =>
    blind.rules ? { certain: null, candidates: [], wants: [] } : real.diagnoseByRules(look);
  return { ...real, diagnoseByRules };
});
beforeEach(() => {
  blind.rules = true;
});

const ana = { name: "ana", role: "approver" as const, via: "api" };

const joins = async ({ responder, id, deps, cluster }: Night, changes: Partial<Alert>): Promise<void> => {
  const incident = await responder.show(id);
  const { namespace, kind, name } = incident?.subject ?? { namespace: "", kind: "", name: "" };
  const labels = { namespace: namespace ?? "", [kind.toLowerCase()]: name };
  expect(await responder.receive({ id: null, alerts: [alert({ labels, ...changes })] })).toEqual([id]);
  for (let turn = 0; turn < 40; turn++) {
    await advance(deps)(id, new AbortController().signal);
    if ((await responder.show(id))?.status === "escalated") return;
    cluster.clock.advance(2_000);
  }
  throw new Error(`${id} did not end again`);
};

const told = async ({ db, id }: Night) =>
  (
    await db.pool.query<{ channel: string; version: number; body: { severity: string } }>(
      "select channel, version, body from nightshift.notices where incident_id = $1 and key in ('page:' || $1, 'card:' || $1) order by key",
      [id],
    )
  ).rows.map(({ channel, version, body }) => [channel, version, body.severity]);

test("alerts of other names about what nobody can explain stay one incident, page once, and replay the same", async () => {
  const night = await walkNight("missing-setting");
  const { responder, id } = night;
  expect((await responder.show(id))?.diagnosis?.kind).toBe("unknown");
  const walks = async () => ((await responder.timeline(id)) ?? []).filter(({ actor }) => actor === "diagnose").length;
  const once = await walks();
  const [card, page] = await told(night);
  const severity = String(page?.[2]);

  for (const name of ["NewFirst", "NewSecond", "NewThird"]) await joins(night, { fingerprint: name, name, severity });

  expect(await walks()).toBeGreaterThanOrEqual(once + 3);
  expect((await responder.show(id))?.alerts.map(({ name }) => name)).toContain("NewThird");
  const incidents = await night.db.pool.query("select id, closed_at from nightshift.incidents");
  expect(incidents.rows).toEqual([{ id, closed_at: null }]);
  const [cardNow, pageNow] = await told(night);
  expect([page?.[1], pageNow?.[1]]).toEqual([1, 1]);
  expect(Number(cardNow?.[1])).toBeGreaterThan(Number(card?.[1]));

  const ends = ((await responder.timeline(id)) ?? []).filter(({ actor }) => actor === "escalate");
  expect(ends.map(({ text }) => text.split(":")[0])).toEqual([
    "paged a person",
    ...Array.from({ length: 3 }, () => "looked again, and a person is still needed"),
  ]);

  const replayId = await responder.replay(id, { mode: "faithful" }, ana);
  const replay = await responder.showReplay(replayId ?? "");
  expect(replay).toMatchObject({ status: "done", identical: true, divergence: null, leftover: [] });
});

test("a cause found at the second look pages, under the same key", async () => {
  const night = await walkNight("missing-setting");
  blind.rules = false;

  await joins(night, { fingerprint: "another", name: "Another", severity: "info" });

  expect((await night.responder.show(night.id))?.diagnosis?.kind).toBe("cause");
  expect((await told(night)).filter(([channel]) => channel === "page").map(([, version]) => version)).toEqual([2]);
});

test("a worse alert of another name pages again, under the same key", async () => {
  const night = await walkNight("missing-setting");
  await night.db.pool.query("update nightshift.incidents set severity = 'info'");
  await night.db.pool.query(
    "update nightshift.notices set body = jsonb_set(body::jsonb, '{severity}', '\"info\"')::json where channel = 'page'",
  );

  await joins(night, { fingerprint: "worse", name: "Worse", severity: "critical" });

  expect((await told(night)).filter(([channel]) => channel === "page")).toEqual([["page", 2, "critical"]]);
});

test("the same page drawn once more is that page, in whatever order its fields stand; another one is an update", async () => {
  const { db, id } = await walkNight("missing-setting");
  const page = await currentNotice(db.pool, `page:${id}`);
  if (page === null) throw new Error("nobody was paged");
  const drawn = Object.fromEntries(Object.entries(page).toReversed()) as Notice;

  expect(await updateOf(db.pool, drawn)).toMatchObject({ channel: "page", key: page.key });
  const update = await updateOf(db.pool, { ...drawn, text: "something else" });
  expect(update).toMatchObject({ channel: "page", again: true, key: expect.stringMatching(/^page:.+:again:\d+$/) });
});
