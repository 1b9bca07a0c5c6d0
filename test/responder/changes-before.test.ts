import { expect, test } from "vitest";
import { besides } from "../../src/responder/told-beside.ts";
import { show } from "../../src/responder/views.ts";
import { claimIntent, settleIntent } from "../../src/store/intents.ts";
import { reopenAll } from "../../src/store/reopen.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh, plan } from "../support/incidents.ts";

const at = new Date("2026-11-23T02:00:00Z");
const back = new Date("2026-11-23T02:20:00Z");

test("a change that policy allowed is told of an incident that was opened again, whose walk does not know it", async () => {
  await using db = await freshDatabase();
  await openIncidents(db.pool, [fresh(at)]);
  const turn = await takeTurn(db.pool, "inc_1");
  if (turn === null) throw new Error("no turn");
  const { uid: _uid, version: _version, ...target } = plan("").actions[0]?.target ?? { uid: "", version: "" };
  const byPolicy = plan("2026-11-23T03:00:00.000Z", { authority: "policy" });
  await claimIntent(db.pool, turn, { plan: byPolicy, round: 1, index: 0, key: "k1", at });
  const outcome = { key: "k1", verb: "restart-workload", at: at.toISOString(), kind: "applied", reason: null } as const;
  await settleIntent(db.pool, turn, { ...outcome, target: target as never, message: "done" });
  const view = async () => (await show(db.pool, () => "")("inc_1"))?.changesBefore;
  const before = [await view(), await besides(db.pool, "inc_1")];

  await db.pool.query("update nightshift.incidents set status = 'resolved', closed_at = $1", [at]);
  await reopenAll(db.pool, new Map([["inc_1", null]]), back, back);

  expect(before).toEqual([[], []]);
  expect(await view()).toEqual([{ verb: "restart-workload", target, at: at.toISOString(), by: "policy" }]);
  expect(await besides(db.pool, "inc_1")).toContain(
    "Changed before that, at 2026-11-23T02:00:00.000Z: restart-workload on Deployment/api in shop, allowed by policy.",
  );
});
