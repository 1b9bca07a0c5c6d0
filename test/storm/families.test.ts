import { expect, test } from "vitest";
import { TurnLost } from "../../src/incident/turn-lost.ts";
import { exportOf, recordingFrom } from "../../src/replay/export.ts";
import { replay } from "../../src/replay/replay.ts";
import { advance } from "../../src/responder/advance.ts";
import { closeByPerson } from "../../src/responder/by-person.ts";
import { recordingOf } from "../../src/responder/recordings.ts";
import { stepLine } from "../../src/responder/story.ts";
import { inTransaction } from "../../src/store/transaction.ts";
import { holdTurn, takeTurn } from "../../src/store/turns.ts";
import { policyIn } from "../support/workloads.ts";
import { alertOn, alertOnNode, onDeadNode, town, withoutConfig, withoutImage } from "./town.ts";
import { type Watch, watch } from "./watch.ts";

const notReady = (namespace: string, name: string, changes = {}) =>
  alertOn(namespace, name, "KubePodNotReady", changes);
const image = "registry.example/shared:nope";

test("a dead node pages once, with its children named, and an unrelated alert beside it has its own page", async () => {
  const night = await watch(town({ shop: [onDeadNode("web"), onDeadNode("api")], calm: [withoutImage("own")] }));
  await night.send(alertOnNode(), notReady("shop", "web"), notReady("shop", "api"));
  await night.turns();
  await night.send(notReady("calm", "own"));
  const rows = await night.turns();

  const node = await night.named("node-dead");
  expect(node).toMatchObject({ status: "escalated", parentId: null, alertCount: 3 });
  expect(node.childIds).toHaveLength(2);
  expect(rows.filter(({ parentId }) => parentId === node.id).map(({ status }) => status)).toEqual([
    "escalated",
    "escalated",
  ]);
  const own = await night.named("own");
  expect(own).toMatchObject({ parentId: null, diagnosis: { class: "image-not-found" } });
  const pages = await night.pages();
  expect(pages.map(({ incidentId }) => incidentId).sort()).toEqual([node.id, own.id].sort());
  const page = pages.find(({ incidentId }) => incidentId === node.id);
  expect(page).toMatchObject({ version: 1, text: expect.stringContaining("Deployment/web in shop") });
  expect(page?.text).toContain("Deployment/api in shop");
  expect(await night.responder.report(node.id)).toContain("Holds 2 more of the same cause");
  expect((await night.responder.stats()).incidents).toBe(2);
  expect(await night.responder.stats()).toMatchObject({ alerts: 4, children: 2, escalated: 2 });
}, 120_000);

test.each(["node-dead", "web", "api"])(
  "a victim with a fault of its own is looked at again when the node is well and it had time to heal; %s looked first",
  async (first) => {
    const night = await watch(town({ shop: [onDeadNode("web"), onDeadNode("api")] }));
    await night.send(alertOnNode(), notReady("shop", "web"), notReady("shop", "api"));
    await night.turn((await night.named(first)).id);
    await night.turns();
    const node = await night.named("node-dead");

    // The node is back; api is well with it, and web has an image that does not exist.
    for (const object of town({ shop: [withoutImage("web"), { ...onDeadNode("api"), ready: true }] })[0]?.objects ?? [])
      night.cluster.shelf.put(object);
    await night.send({ ...alertOnNode(), status: "resolved" }, notReady("shop", "api", { status: "resolved" }));
    await night.turns();
    expect(await night.show(node.id)).toMatchObject({ closedAt: expect.any(String) });
    expect(await night.named("api")).toMatchObject({ status: "dismissed", parentId: node.id });
    expect(await night.named("web")).toMatchObject({ parentId: node.id, closedAt: null });

    night.clock.advance(31_000);
    await night.turns();

    const web = await night.named("web");
    expect(web).toMatchObject({ parentId: null, diagnosis: { class: "image-not-found" }, status: "escalated" });
    for (const id of [node.id, web.id])
      expect(await night.replay(id)).toMatchObject({ divergence: null, identical: true, leftover: [] });
  },
  120_000,
);

test("whoever has a turn of an incident that is taken writes nothing more", async () => {
  const night = await watch(town({ shop: [withoutConfig("web", "settings"), withoutConfig("api", "settings")] }));
  await night.send(notReady("shop", "web"), notReady("shop", "api"));
  const [web, api] = [await night.named("web"), await night.named("api")];
  const turn = await takeTurn(night.db.pool, api.id);
  if (turn === null) throw new Error("no turn");
  await inTransaction(night.db.pool, (tx) => holdTurn(tx, turn));

  await night.turn(web.id);

  expect(await night.show(api.id)).toMatchObject({ parentId: web.id });
  await expect(inTransaction(night.db.pool, (tx) => holdTurn(tx, turn))).rejects.toThrow(TurnLost);
}, 120_000);

test("what each victim must be healed of by itself is gathered once: after the parent all stand beside each other", async () => {
  const night = await watch(town({ shop: ["web", "api", "cron"].map((name) => withoutImage(name, image)) }));
  await night.send(notReady("shop", "web"));
  await night.turns();
  await night.send(notReady("shop", "api"), notReady("shop", "cron"));
  await night.turns();
  const web = await night.named("web");
  expect(web).toMatchObject({ status: "escalated", childIds: [expect.any(String), expect.any(String)] });

  await night.db.pool.query("update nightshift.incidents set status = 'resolved', closed_at = $2 where id = $1", [
    web.id,
    night.clock.now(),
  ]);
  night.clock.advance(31_000);
  const rows = await night.turns();

  const left = rows.filter(({ id }) => id !== web.id);
  expect(left.map(({ status, parentId }) => [status, parentId])).toEqual([
    ["escalated", null],
    ["escalated", null],
  ]);
}, 120_000);

test("an image that two namespaces name is not one trouble, nor is another ConfigMap", async () => {
  const night = await watch(
    town({
      shop: [withoutImage("web", image), withoutConfig("api", "a")],
      other: [withoutImage("web", image), withoutConfig("api", "a")],
    }),
  );
  await night.send(
    notReady("shop", "web"),
    notReady("other", "web"),
    notReady("shop", "api"),
    notReady("other", "api"),
  );

  expect((await night.turns()).map(({ parentId }) => parentId)).toEqual([null, null, null, null]);
}, 120_000);

test("opened again, it is walked anew, asks and pages anew, and both walks replay", async () => {
  const night = await watch(town({ shop: [onDeadNode("web")] }));
  const firing = (startsAt: string, status: "firing" | "resolved" = "firing") =>
    notReady("shop", "web", { startsAt, status });
  const [id = ""] = await night.send(firing("2026-11-22T14:50:00Z"));
  await night.turns();
  await night.send(firing("2026-11-22T14:50:00Z", "resolved"));
  await night.turns();
  expect(await night.show(id)).toMatchObject({ status: "escalated", closedAt: expect.any(String) });
  night.clock.advance(20 * 60_000);

  expect(await night.send(firing("2026-11-22T15:19:00Z"))).toEqual([id]);
  expect(await night.show(id)).toMatchObject({ status: "investigating", closedAt: null, diagnosis: null, rounds: 0 });
  await night.turns();

  expect(await night.show(id)).toMatchObject({ status: "escalated", closedAt: null });
  expect(await night.pages()).toMatchObject([
    { version: 2, text: expect.stringContaining("Opened again at 2026-11-22T15:20") },
  ]);
  const replay = await night.replay(id);
  expect(replay).toMatchObject({ identical: true, leftover: [] });
  expect(replay.steps.map(({ got }) => got?.node).filter((node) => node === "report")).toHaveLength(2);
  // Counted from when it was opened again, not from 20 minutes before.
  expect(await night.responder.stats()).toMatchObject({ incidents: 1, escalated: 1 });

  await night.send(firing("2026-11-22T15:19:00Z", "resolved"));
  await night.turns();
  night.clock.advance(31 * 60_000);
  expect(await night.send(firing("2026-11-22T15:55:00Z"))).not.toEqual([id]);
}, 120_000);

test("a leader that looks again and finds another cause lets its children go, and they look for themselves", async () => {
  const night = await watch(town({ shop: [withoutConfig("web", "settings"), withoutConfig("api", "settings")] }));
  await night.send(notReady("shop", "web"), notReady("shop", "api"));
  await night.turns();
  const [lead] = (await night.list()).filter(({ parentId }) => parentId === null);
  expect(lead?.childIds).toHaveLength(1);
  const { id = "", childIds: [child = ""] = [], subject: { name = "" } = {} } = lead ?? {};

  for (const object of town({ shop: [withoutImage(name)] })[0]?.objects ?? []) night.cluster.shelf.put(object);
  await night.db.pool.query(
    "update nightshift.incidents set begin_anew = true, status = 'investigating', paged_at = null, state = null where id = $1",
    [id],
  );
  await night.turns();

  expect(await night.show(id)).toMatchObject({ childIds: [], diagnosis: { class: "image-not-found" } });
  expect(await night.show(child)).toMatchObject({
    parentId: null,
    status: "escalated",
    diagnosis: { class: "configmap-missing" },
  });
  expect(await night.lines(child)).toContainEqual(expect.stringContaining("found another cause"));
}, 120_000);

test("the node's own alert resolves and the node stays dead: its children are gathered again, and it is one incident", async () => {
  const night = await watch(town({ shop: [onDeadNode("web"), onDeadNode("api")] }));
  await night.send(alertOnNode(), notReady("shop", "web"), notReady("shop", "api"));
  await night.turns();
  const node = await night.named("node-dead");
  await night.send({ ...alertOnNode(), status: "resolved" });
  await night.turns();
  expect(await night.show(node.id)).toMatchObject({ closedAt: expect.any(String) });

  for (let round = 0; round < 3; round++) {
    night.clock.advance(31_000);
    await night.turns();
  }

  expect(await night.show(node.id)).toMatchObject({ status: "escalated", closedAt: null });
  expect((await night.show(node.id)).childIds).toHaveLength(2);
  expect(await night.list()).toHaveLength(3);
  // Once at first, once when it was opened again, and for no victim.
  expect(await night.pages()).toMatchObject([{ incidentId: node.id, version: 2 }]);

  await night.send(notReady("shop", "web", { status: "resolved" }), notReady("shop", "api", { status: "resolved" }));
  await night.turns();
  expect((await night.list()).filter(({ closedAt }) => closedAt === null)).toEqual([]);
}, 120_000);

test("a victim that a person was paged about before the node's own alert came becomes its child", async () => {
  const night = await watch(town({ shop: [onDeadNode("web")] }));
  const [web = ""] = await night.send(notReady("shop", "web"));
  await night.turns();
  expect(await night.show(web)).toMatchObject({ status: "escalated", parentId: null });

  const [node = ""] = await night.send(alertOnNode());
  await night.turns();
  expect(await night.show(web)).toMatchObject({ status: "escalated", parentId: node });
  expect(await night.pages()).toHaveLength(2);

  await night.send(notReady("shop", "web", { status: "resolved" }));
  await night.turns();
  expect(await night.show(web)).toMatchObject({ status: "escalated", closedAt: expect.any(String) });
}, 120_000);

/** A turn that dies when it has taken so many steps, the last of which nobody has seen. */
const turnOf = async ({ deps }: Watch, id: string, steps: number): Promise<void> => {
  const dying = new AbortController();
  let left = steps;
  dying.signal.throwIfAborted = () => {
    left -= 1;
    if (left > 0) return;
    dying.abort();
    throw new Error("the process died");
  };
  await expect(advance(deps)(id, dying.signal)).rejects.toThrow("the process died");
};

const well = { ...onDeadNode("web"), node: "node-well", ready: true };
const fired = (startsAt: string, status: "firing" | "resolved" = "firing") =>
  notReady("shop", "web", { startsAt, status });
const breakIt = (night: Watch): void => {
  for (const object of town({ shop: [withoutImage("web")] })[0]?.objects ?? []) night.cluster.shelf.put(object);
};

test("nothing was broken, and then it is: where the first walk asked nothing, its replay takes no answer of the second", async () => {
  const night = await watch(town({ shop: [well] }));
  const [id = ""] = await night.send(fired("2026-11-22T14:50:00Z"));
  await night.turns();
  expect(await night.show(id)).toMatchObject({ status: "dismissed", closedAt: expect.any(String) });
  await night.send(fired("2026-11-22T14:50:00Z", "resolved"));
  night.clock.advance(5_000);
  breakIt(night);
  expect(await night.send(fired("2026-11-22T15:00:05Z"))).toEqual([id]);
  expect(await night.replay(id)).toMatchObject({ divergence: null, identical: true, leftover: [] });
  await night.turns();

  expect(await night.show(id)).toMatchObject({ status: "escalated", closedAt: null });
  expect(await night.replay(id)).toMatchObject({ divergence: null, identical: true, leftover: [] });
  const recording = await recordingOf(night.db.pool, id);
  if (recording === null) throw new Error("no recording");
  const exported = recordingFrom(exportOf(recording, recording.journal));
  expect(await replay(exported, { mode: "faithful" }, { line: stepLine })).toMatchObject({ identical: true });
  const unchanged = { mode: "what-if" as const, changes: { policy: policyIn("approve") } };
  expect(await replay(exported, unchanged, { line: stepLine })).toMatchObject({ identical: true, notRecorded: [] });
}, 120_000);

test("a walk whose end nobody had seen when it was opened again is on the record, and ends nothing", async () => {
  const night = await watch(town({ shop: [well] }));
  const [id = ""] = await night.send(fired("2026-11-22T14:50:00Z"));
  await turnOf(night, id, 5);
  expect(await night.show(id)).toMatchObject({ status: "investigating", closedAt: null });
  expect(await night.lines(id)).not.toContain("wrote the report");
  await night.send(fired("2026-11-22T14:50:00Z", "resolved"));
  await inTransaction(night.db.pool, (tx) =>
    closeByPerson(tx, night.deps.store, id, { name: "ana", at: night.clock.now() }),
  );
  expect(await night.show(id)).toMatchObject({ status: "dismissed", closedAt: expect.any(String) });
  night.clock.advance(5_000);
  breakIt(night);
  expect(await night.send(fired("2026-11-22T15:00:05Z"))).toEqual([id]);
  await night.turns();

  expect(await night.show(id)).toMatchObject({ status: "escalated", closedAt: null });
  expect((await night.lines(id)).filter((line) => line === "wrote the report")).toHaveLength(2);
  expect(await night.replay(id)).toMatchObject({ divergence: null, identical: true, leftover: [] });
}, 120_000);
