import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import { fromPagerDuty } from "../../src/intake/pagerduty.ts";
import { pageDetails } from "../../src/page-details.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { read } from "../../src/store/journal.ts";
import { type Walking, walkStory } from "./walking.ts";

const title = "[FIRING:1] KubePodCrashLooping shop";
const page = { id: "Q1", url: "https://example.pagerduty.com/incidents/Q1", title, urgency: "high", details: null };

const unread = ({ startsAt }: Alert): Alert => {
  const [alert] = fromPagerDuty({ ...page, status: "firing", startsAt }, [], true);
  if (alert === undefined) throw new Error("no alert");
  return alert;
};

const details = (labels: Record<string, string>) => ({ body: { details: { firing: [{ labels, annotations: {} }] } } });

/** A page came in while PagerDuty told nothing; from now on it tells this, or fails so. */
const rung = async (tells: () => unknown[]): Promise<Walking> => {
  const walking = await walkStory("bad-rollout", {}, undefined, unread);
  expect((await walking.row()).subject).toMatchObject({ kind: "PagerDutyIncident", name: "Q1" });
  const alertPages = async function* () {
    yield tells();
  };
  walking.deps.again = { read: pageDetails({ alertPages }), take: ({ alerts }) => walking.deliver(alerts) };
  return walking;
};

const others = async ({ db, id }: Walking) => {
  const { rows } = await db.pool.query<{ id: string; kind: string; closed: boolean }>(
    `select id, subject->>'kind' as kind, closed_at is not null as closed from nightshift.incidents where id <> $1`,
    [id],
  );
  return rows;
};

const waiting = async ({ db }: Walking): Promise<number[]> => {
  const { rows } = await db.pool.query<{ seconds: string }>(
    "select round(extract(epoch from start_after - created_on), -1) as seconds from pgboss.job where name = 'wake'",
  );
  return rows.map(({ seconds }) => Number(seconds));
};

test("details that could not be read at intake are read before anybody looks, and what they name takes over", async () => {
  const walking = await rung(() => [
    details({ alertname: "KubePodCrashLooping", namespace: "shop", deployment: "api" }),
  ]);

  const row = await walking.turn();
  expect([row.status, row.closedAt !== null, row.state]).toEqual(["dismissed", true, null]);
  const [heir, ...more] = await others(walking);
  expect([heir, more]).toMatchObject([{ kind: "Deployment", closed: false }, []]);
  const told = (await read(walking.db.pool, walking.id)).map(({ line }) => line);
  expect(told).toContainEqual(
    `its details could be read: it is about KubePodCrashLooping, and ${heir?.id} looks at it`,
  );

  // What ends it in PagerDuty ends the heir's alert.
  const alert = walking.alerts().at(-1);
  const answered = await walking.deliver(alert ? [{ ...alert, status: "resolved" }] : []);
  expect(answered).toEqual([heir?.id]);
});

test("who says to wait is asked again when he said, and after a minute the walk goes on with the title", async () => {
  let asked = 0;
  const walking = await rung(() => {
    asked += 1;
    throw new PortError("pagerduty", "rate-limited", "429", { retryAfterMs: 20_000 });
  });

  expect((await walking.turn()).state).toBeNull();
  expect([asked, await waiting(walking)]).toEqual([1, [20]]);
  walking.cluster.clock.advance(61_000);
  expect((await walking.turn()).state).not.toBeNull();
  await walking.turn();
  expect([asked, await others(walking)]).toEqual([2, []]);
});

test("details that name what is no incident leave the page to be walked, at once", async () => {
  const walking = await rung(() => [details({ alertname: "Watchdog", namespace: "shop" })]);

  expect((await walking.turn()).state).not.toBeNull();
  expect(await others(walking)).toEqual([]);
});

test("a page that has resolved before its details are read opens nothing", async () => {
  const walking = await rung(() => [
    details({ alertname: "KubePodCrashLooping", namespace: "shop", deployment: "api" }),
  ]);
  await walking.deliver(walking.alerts().map((alert) => ({ ...alert, status: "resolved" })));

  expect((await walking.turn()).state).not.toBeNull();
  expect(await others(walking)).toEqual([]);
});

test("control: details that name nothing change nothing", async () => {
  const walking = await rung(() => []);
  expect((await walking.turn()).state).not.toBeNull();
  expect(await others(walking)).toEqual([]);
});
