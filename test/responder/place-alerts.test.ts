import { expect, test } from "vitest";
import { placeAlerts } from "../../src/responder/place-alerts.ts";
import type { Ward } from "../../src/store/ward.ts";
import { alert, subject } from "../support/incidents.ts";

const at = new Date("2026-11-23T02:00:10Z");
const nothing = (): Ward => ({ incidents: new Map(), messages: new Map(), deliveries: new Map(), parents: new Map() });
const counter = () => {
  let n = 0;
  return () => `inc_${++n}`;
};
const one = (changes = {}, id: string | null = null) => ({ id, alerts: [{ alert: alert(changes), subject }] });

test("within one batch the second alert of a subject joins what the first opened, and a repeat adds nothing", () => {
  const placed = placeAlerts(nothing(), [one(), one({ fingerprint: "f2" }), one()], at, counter());

  expect(placed.answers).toEqual([["inc_1"], ["inc_1"], ["inc_1"]]);
  expect(placed.opened).toHaveLength(1);
  expect(placed.heard.map(({ opened }) => opened)).toEqual([true, false]);
  expect(placed.alerts).toHaveLength(2);
});

test("a delivery that comes twice in one batch is answered once and the same", () => {
  const placed = placeAlerts(nothing(), [one({}, "w1"), one({ fingerprint: "other" }, "w1")], at, counter());

  expect(placed.answers).toEqual([["inc_1"], ["inc_1"]]);
  expect(placed.deliveries).toEqual([{ id: "w1", incidentIds: ["inc_1"] }]);
  expect(placed.alerts).toHaveLength(1);
});

test("a resolve before its alert, in one batch, opens nothing", () => {
  const placed = placeAlerts(nothing(), [one({ status: "resolved" }), one()], at, counter());

  expect(placed.answers).toEqual([[], []]);
  expect(placed.opened).toEqual([]);
});

test("fires and resolves in one batch: opened with its first signal, heard twice", () => {
  const placed = placeAlerts(nothing(), [one(), one({ status: "resolved" })], at, counter());

  expect(placed.answers).toEqual([["inc_1"], ["inc_1"]]);
  expect(placed.heard).toHaveLength(2);
  expect([...placed.signalled]).toEqual([]);
});
