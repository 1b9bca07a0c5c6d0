import { expect, test } from "vitest";
import { Changes } from "../../src/incident/replay.ts";
import type { ReplayView } from "../../src/responder/responder.ts";
import { policyIn } from "../support/workloads.ts";
import { type Night, walkNight } from "./stage.ts";

const ana = { name: "ana", role: "approver" as const, via: "api" };

const ask = async ({ responder, id }: Night, changes: unknown): Promise<ReplayView> => {
  const replayId = await responder.replay(id, { mode: "what-if", changes: Changes.parse(changes) }, ana);
  const found = await responder.showReplay(replayId ?? "");
  if (found === null) throw new Error("the replay was not kept");
  return found;
};

const nodes = ({ steps }: ReplayView): (string | undefined)[] =>
  steps.flatMap(({ got }) => (got === null ? [] : [got.node]));

/** Everything the incident is made of, but for the replays themselves. */
const original = async ({ db, id }: Night): Promise<unknown> => {
  const tables = ["checkpoints", "checkpoint_blobs", "checkpoint_writes"];
  const threads = await Promise.all(
    tables.map((table) =>
      db.pool.query(`select * from nightshift.${table} where thread_id = $1 order by 1, 2, 3, 4`, [id]),
    ),
  );
  const own = await Promise.all(
    ["journal", "evidence", "approvals", "intents", "notices", "tape"].map((table) =>
      db.pool.query(`select * from nightshift.${table} where incident_id = $1 order by 1, 2`, [id]),
    ),
  );
  const row = await db.pool.query("select * from nightshift.incidents where id = $1", [id]);
  return JSON.stringify([...threads, ...own, row].map(({ rows }) => rows));
};

test("what if the person had said no: the walks part at the decision, and the incident is not touched", async () => {
  const night = await walkNight("bad-rollout");
  const before = await original(night);
  const writes = night.cluster.writes().length;
  await night.cluster.close();

  const rejected = await ask(night, { decision: { kind: "rejected", by: "bo", why: "not now" } });

  expect(rejected).toMatchObject({ status: "done", identical: false, divergence: { node: "await-approval" } });
  expect(rejected.divergence?.got).toContain("rejected");
  expect(nodes(rejected).slice(-3)).toEqual(["await-approval", "escalate", "report"]);
  expect(await original(night)).toBe(before);
  expect(night.cluster.writes()).toHaveLength(writes);
});

test("two what-ifs of one incident know nothing of each other", async () => {
  const night = await walkNight("bad-rollout");

  const alone = await ask(night, { policy: policyIn("observe") });
  const other = await ask(night, { decision: { kind: "expired" } });
  const again = await ask(night, { policy: policyIn("observe") });

  expect(alone.divergence?.node).toBe("propose");
  expect(other.divergence?.node).toBe("await-approval");
  expect({ ...again, id: "", askedAt: "", ms: 0 }).toEqual({ ...alone, id: "", askedAt: "", ms: 0 });
});

test("what if policy had let it act alone: nobody is asked, and the same change is made", async () => {
  const night = await walkNight("bad-rollout");

  const auto = await ask(night, { policy: policyIn("auto") });

  expect(nodes(auto)).not.toContain("await-approval");
  expect(nodes(auto)).toContain("act");
  expect(auto.ended).toBe("the walk is over");
});

test("what if the rejected change had been made: what nobody asked then was not recorded", async () => {
  const night = await walkNight("bad-rollout", { answer: "reject" });
  const writes = night.cluster.writes().length;

  const approved = await ask(night, { decision: { kind: "approved", by: "bo" } });

  expect(nodes(approved)).toContain("act");
  expect(approved.notRecorded.length).toBeGreaterThan(0);
  expect(JSON.stringify(approved.steps)).toContain("nobody asked this then");
  expect(night.cluster.writes()).toHaveLength(writes);
});

test("what if a piece of evidence had been another: the diagnosis parts from the one that was made", async () => {
  const night = await walkNight("bad-rollout");
  const incident = await night.responder.show(night.id);
  const diagnosis = incident?.diagnosis;
  if (diagnosis?.kind !== "cause") throw new Error("the control has no cause");
  const ids = [...new Set(diagnosis.evidence)];

  const changed = await Promise.all(
    ids.map((id) => ask(night, { evidence: { [id]: { kind: "could-not-ask", reason: "timeout", message: "gone" } } })),
  );

  for (const one of changed) expect(one).toMatchObject({ status: "done", divergence: { step: 1, node: "gather" } });
  const diagnoses = changed.map(({ steps }) => steps.find(({ got }) => got?.node === "diagnose"));
  expect(diagnoses.some((step) => step?.same === false)).toBe(true);
  expect(await ask(night, { evidence: { enothing: { kind: "no-data" } } })).toMatchObject({
    status: "failed",
    why: "the incident has no evidence enothing",
  });
});

test("what if another runbook had stood on the shelf: it is searched with today's search", async () => {
  const night = await walkNight("bad-rollout");
  const incident = await night.responder.show(night.id);
  const alert = incident?.alerts[0]?.name ?? "";
  const page = `---\ntitle: Our own page\nalerts: [${alert}]\n---\n# Our own page\n\nRoll it back.\n`;

  const found = await ask(night, { runbooks: { "own.md": page } });

  expect(found.divergence).toMatchObject({ node: "runbook-retrieve" });
  expect(found.divergence?.got).toContain("Our own page");
});

test("what if other runbooks had: a page that shares no word with the question is found as it is live", async () => {
  const night = await walkNight("bad-rollout");
  const pages = {
    "edition.md": "# Newest edition faulty\n\nHand out its predecessor.\n",
    "cake.md": "# Strawberry cake\n\nBake it at noon.\n",
  };

  const found = await ask(night, { runbooks: pages });

  expect(found.divergence?.got).toContain("Newest edition faulty");
  expect(found.divergence?.got).not.toContain("Strawberry");
});

test("what if a rule had not been there: by its family or by the class it names, and a name that is neither is refused", async () => {
  const night = await walkNight("out-of-memory");
  const diagnosis = (await night.responder.show(night.id))?.diagnosis;
  if (diagnosis?.kind !== "cause") throw new Error("the control has no cause");

  const [family, named, unheard, unknown] = await Promise.all([
    ask(night, { rules: { without: ["memory"] } }),
    ask(night, { rules: { without: [diagnosis.class] } }),
    ask(night, { rules: { without: ["jobs"] } }),
    ask(night, { rules: { without: ["astrology"] } }),
  ]);

  for (const one of [family, named]) {
    expect(one).toMatchObject({ status: "done", identical: false, divergence: { step: 2, node: "diagnose" } });
    expect(one.divergence?.expected).toContain(diagnosis.class);
    expect(one.divergence?.got).not.toContain(`"class":"${diagnosis.class}"`);
  }
  expect(unheard).toMatchObject({ identical: true });
  expect(unknown).toMatchObject({ status: "failed", why: expect.stringContaining("no rule or class astrology") });
});
