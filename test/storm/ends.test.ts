import { expect, test } from "vitest";
import { type Subject, subjectKey } from "../../src/incident/subject.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { closeByPerson } from "../../src/responder/by-person.ts";
import { deliver } from "../../src/responder/deliver.ts";
import { lockFamily, settleFamily } from "../../src/responder/family.ts";
import { take, takeUp } from "../../src/store/families.ts";
import { putNotice } from "../../src/store/notices.ts";
import { inFreshTransaction, inTransaction } from "../../src/store/transaction.ts";
import { openIncidents, openWard } from "../../src/store/ward.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { testQueue } from "../support/queue.ts";
import { alertOn, onDeadNode, town } from "./town.ts";
import { watch } from "./watch.ts";

const start = Date.parse("2026-11-27T02:00:00Z");
const at = (minute: number): Date => new Date(start + minute * 60_000);
const node: Subject = { cluster: "c", namespace: null, kind: "Node", name: "n1", guessed: false };
const workload = (name: string): Subject => ({ ...node, namespace: "shop", kind: "Deployment", name });

const open = (db: TestDatabase, subjects: Record<string, Subject>): Promise<void> =>
  openIncidents(
    db.pool,
    Object.entries(subjects).map(([id, subject]) => ({
      id,
      subject,
      severity: "warning",
      graphVersion: 1,
      openedAt: at(0),
      deadlineAt: at(15),
    })),
  );

test("a child gets the same time each time it is looked at by itself", async () => {
  await using db = await freshDatabase();
  await open(db, { inc_p: node, inc_c: workload("web") });

  for (const minute of [60, 120, 180]) {
    await take(db.pool, "inc_p", ["inc_c"]);
    expect(await takeUp(db.pool, "inc_c", at(minute))).toEqual(at(minute + 15));
  }
});

test("a parent without alerts of its own is over when people ended the last of its children", async () => {
  const night = await watch(town({ shop: [onDeadNode("web"), onDeadNode("api")] }));
  const firing = ["web", "api"].map((name) => alertOn("shop", name, "KubePodNotReady"));
  await night.send(...firing);
  await night.turns();
  const parent = await night.named("node-dead");
  await night.send(...["web", "api"].map((name) => alertOn("shop", name, "KubePodNotReady", { status: "resolved" })));
  for (const name of ["web", "api"]) {
    const { id } = await night.named(name);
    await inTransaction(night.db.pool, (tx) =>
      closeByPerson(tx, night.deps.store, id, { name: "bob", at: night.clock.now() }),
    );
  }
  await night.turns();

  expect((await night.named("node-dead")).closedAt).not.toBe(null);
  expect(parent.closedAt).toBe(null);
});

test("intake and a gathering that wait for each other both go through", async () => {
  await using db = await freshDatabase();
  const queue = await testQueue(db.url);
  await open(db, { inc_a: node, inc_b: workload("web"), inc_c: workload("api") });
  await db.pool.query("update nightshift.incidents set closed_at = $1, status = 'dismissed' where id = 'inc_a'", [
    at(1),
  ]);
  const by = { kind: "Node", namespace: null, name: "n1" };
  const trace = { id: "inc_b", key: subjectKey(node), by, victims: [subjectKey(workload("api"))], isCause: false };
  const [gathering, intake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const asked = {
    subjectKeys: [subjectKey(node), subjectKey(workload("web"))],
    episodes: [],
    own: [],
    deliveries: [],
    pagerduty: [],
    closedSince: at(0),
    seenSince: at(0),
  };
  let tries = 0;
  const gather = inFreshTransaction(db.pool, async (tx) => {
    tries += 1;
    const locked = await lockFamily(tx, "inc_b", trace);
    gathering.resolve();
    await intake.promise;
    await settleFamily(tx, { queue }, "inc_b", trace, locked, at(2));
  });
  await gathering.promise;
  const take = inFreshTransaction(db.pool, async (tx) => {
    tries += 1;
    const ward = openWard(tx, asked);
    intake.resolve();
    await ward;
  });

  await expect(Promise.all([gather, take])).resolves.toBeDefined();
  expect(tries).toBeGreaterThanOrEqual(2);
});

test("a page that is told to wait is tried again by the queue, which says in the end that nobody got it", async () => {
  await using db = await freshDatabase();
  const queue = await testQueue(db.url);
  await open(db, { inc_a: workload("web") });
  const page = { title: "t", text: "x", severity: "critical", link: "l", pagerdutyIncident: null };
  await putNotice(db.pool, queue, { ...page, key: "page:inc_a", incidentId: "inc_a", channel: "page" });
  const busy = new PortError("pagerduty", "rate-limited", "429", { retryAfterMs: 900_000 });
  const pager = { note: async () => ({}), page: () => Promise.reject(busy) };
  const deps = { store: { pool: db.pool, queue }, clock: { now: () => at(0) }, log: () => undefined, pager };
  const send = deliver({ ...deps, notifier: { post: async () => ({}) } } as never);

  await expect(send("page:inc_a", AbortSignal.timeout(60_000))).rejects.toThrow("429");
});
