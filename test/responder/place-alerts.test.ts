import { expect, test } from "vitest";
import { subjectKey } from "../../src/incident/subject.ts";
import { placeAlerts } from "../../src/responder/place-alerts.ts";
import { episodeOf, type LockedIncident, type Ward } from "../../src/store/ward.ts";
import { alert, subject } from "../support/incidents.ts";

const at = new Date("2026-11-23T02:00:10Z");
const nothing = (): Ward => ({
  incidents: new Map(),
  messages: new Map(),
  deliveries: new Map(),
  chainEnds: new Map(),
  parents: new Map(),
});
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

test("a merge before its alert ends nothing: the alert opens when it comes, and without a merge it would not", () => {
  const pagerdutyIncident = { id: "A", url: "https://pagerduty.example/A" };
  const from = { source: "pagerduty" as const, pagerdutyIncident };
  const goesOn = { id: "B", url: "https://pagerduty.example/B" };
  const merge = { ...one({ ...from, status: "resolved" }), goesOn };
  expect(placeAlerts(nothing(), [merge, one(from)], at, counter()).answers).toEqual([[], ["inc_1"]]);
  expect(placeAlerts(nothing(), [{ ...merge, goesOn: null }, one(from)], at, counter()).answers).toEqual([[], []]);
});

test("fires and resolves in one batch: opened with its first signal, heard twice", () => {
  const placed = placeAlerts(nothing(), [one(), one({ status: "resolved" })], at, counter());

  expect(placed.answers).toEqual([["inc_1"], ["inc_1"]]);
  expect(placed.heard).toHaveLength(2);
  expect([...placed.signalled]).toEqual([]);
});

const closed = (id: string, minutesAgo: number, changes: Partial<LockedIncident> = {}): LockedIncident => ({
  id,
  subjectKey: subjectKey(subject),
  status: "resolved",
  severity: "warning",
  closedAt: new Date(at.getTime() - minutesAgo * 60_000),
  unexplained: false,
  alertNames: new Set([alert().name]),
  ...changes,
});

/** The alert is on record in the first of these, with these messages. */
const after = (incidents: LockedIncident[], statuses: ("firing" | "resolved")[] = ["firing"]): Ward => ({
  ...nothing(),
  incidents: new Map(incidents.map((held) => [held.id, held])),
  messages: new Map([
    [
      episodeOf(alert()),
      statuses.map((status) => ({ incidentId: incidents[0]?.id ?? null, status, alert: alert({ status }) })),
    ],
  ]),
});

test("a standing alert that is repeated opens its incident again, is not stored twice, and is heard once", () => {
  const placed = placeAlerts(after([closed("old", 15)]), [one(), one(), one({ fingerprint: "f2" })], at, counter());

  expect(placed.answers).toEqual([["old"], ["old"], ["old"]]);
  expect([...placed.reopened.keys()]).toEqual(["old"]);
  expect(placed.opened).toEqual([]);
  expect(placed.alerts.map(({ alert: { fingerprint } }) => fingerprint)).toEqual(["f2"]);
  expect(placed.heard.map(({ opened }) => opened)).toEqual([false, false]);
});

test.each([
  ["resolved", 9.9, "quiet"],
  ["resolved", 10, "reopened"],
  ["resolved", 29.9, "reopened"],
  ["resolved", 30, "opened"],
  ["dismissed", 0.9, "quiet"],
  ["dismissed", 1, "reopened"],
  ["dismissed", 29.9, "reopened"],
  ["dismissed", 30, "opened"],
] as const)("a repeat of an alert whose incident was %s %d minutes ago: %s", (status, minutesAgo, expected) => {
  const placed = placeAlerts(after([closed("old", minutesAgo, { status })]), [one()], at, counter());

  expect([placed.reopened.size, placed.opened.length]).toEqual(
    { quiet: [0, 0], reopened: [1, 0], opened: [0, 1] }[expected],
  );
  expect(placed.answers).toEqual([[expected === "opened" ? "inc_1" : "old"]]);
});

test.each([
  ["was resolved", ["firing", "resolved"]],
  ["was resolved before it fired", ["resolved", "firing"]],
] as const)("a late copy of an alert that %s opens nothing again", (_, statuses) => {
  const placed = placeAlerts(after([closed("old", 15)], [...statuses]), [one()], at, counter());

  expect([placed.reopened.size, placed.opened, placed.heard]).toEqual([0, [], []]);
});

test("its resolve and a late copy in one batch open nothing again", () => {
  const ward = after([closed("old", 15)]);
  const placed = placeAlerts(ward, [one({ status: "resolved" }), one()], at, counter());

  expect([placed.reopened.size, placed.opened, placed.answers]).toEqual([0, [], [["old"], ["old"]]]);
});

test("of two that closed, the newer one is opened again; an incident of another name is not", () => {
  const newer = placeAlerts(after([closed("a", 25), closed("b", 12)]), [one()], at, counter());
  const heir = closed("b", 12, { alertNames: new Set(["Another"]) });
  const other = placeAlerts(after([closed("a", 25), heir]), [one()], at, counter());

  expect([[...newer.reopened.keys()], newer.alerts.map(({ incidentId }) => incidentId)]).toEqual([["b"], ["b"]]);
  expect([other.reopened.size, other.opened.length]).toEqual([0, 1]);
});

test("what nobody could explain looks again at an alert of another name, once in a batch, and stays the one incident", () => {
  const open = closed("old", 1, { status: "escalated", closedAt: null, unexplained: true });
  const other = { fingerprint: "f2", name: "Another" };
  const placed = placeAlerts(after([open]), [one(other), one({ fingerprint: "f3", name: "Third" })], at, counter());

  expect(placed.answers).toEqual([["old"], ["old"]]);
  expect([[...placed.lookedAgain], placed.opened, placed.handovers]).toEqual([[["old", null]], [], []]);
  expect(placed.heard.map(({ opened }) => opened)).toEqual([false, false]);

  const explained = { ...open, unexplained: false };
  expect(placeAlerts(after([explained]), [one(other)], at, counter()).lookedAgain.size).toBe(0);
});
