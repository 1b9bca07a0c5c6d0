import { describe, expect, test } from "vitest";
import { type Case, type Figures, statsOf, weekOf } from "../../src/incident/stats.ts";

const opened = Date.parse("2026-05-04T10:00:00Z");
const at = (seconds: number): string => new Date(opened + seconds * 1000).toISOString();

const caseWith = (changes: Partial<Case>): Case => ({
  openedAt: at(0),
  closedAt: null,
  status: "resolved",
  class: "oom-limit-too-low",
  child: false,
  noise: false,
  alerts: 2,
  diagnosedAt: at(3),
  decidedAt: null,
  recoveredAt: null,
  pagedAt: null,
  asked: false,
  approved: 0,
  refused: 0,
  correct: null,
  formerRight: 0,
  formerWrong: 0,
  calls: 0,
  tokens: 0,
  usd: 0,
  ...changes,
});
const now = new Date("2026-06-01T00:00:00Z");

describe("the numbers", () => {
  test("are percentiles only where enough incidents stand behind them", () => {
    const four = [60, 120, 180, 240].map((seconds) => caseWith({ recoveredAt: at(seconds) }));

    expect(statsOf(four, now).seconds.toRecovery).toEqual({
      p50: null,
      p90: null,
      of: 4,
      note: "too few incidents: 4, at least 5 are needed",
    });
    expect(statsOf([...four, caseWith({ recoveredAt: at(900) })], now).seconds.toRecovery).toEqual({
      p50: 180,
      p90: 900,
      of: 5,
    });
  });

  test("say of a target whether it is met, missed or cannot be said", () => {
    const fast = [60, 70, 80, 90, 100].map((seconds) => caseWith({ recoveredAt: at(seconds) }));
    const slow = fast.map((one) => ({ ...one, recoveredAt: at(2_000), class: "unknown", status: "escalated" }));

    expect(statsOf([], now).targets.map(({ met }) => met)).toEqual([null, null]);
    expect(statsOf(fast, now).targets.map(({ met }) => met)).toEqual([true, true]);
    expect(statsOf(slow, now).targets.map(({ met }) => met)).toEqual([false, false]);
  });

  test("count no wrong diagnosis that a person had to approve as done before a person is needed", () => {
    const approved = [1, 2, 3, 4, 5].map(() => caseWith({ asked: true, approved: 1 }));
    const shareOf = (cases: Case[]) => statsOf(cases, now).targets[0];

    expect(shareOf(approved)).toMatchObject({ met: true, now: "100 % of 5" });
    expect(shareOf(approved.map((one) => ({ ...one, correct: false })))).toMatchObject({ met: false, now: "0 % of 5" });
    expect(shareOf(approved.map((one) => ({ ...one, class: "unknown", asked: false })))?.met).toBe(true);
  });

  test("count who was woken, what was noise, what people said, and never a price that is not known", () => {
    const found = statsOf(
      [
        caseWith({}),
        caseWith({ asked: true, approved: 1, decidedAt: at(30), correct: true }),
        caseWith({ status: "escalated", asked: true, refused: 1, correct: false, usd: null, tokens: 900, calls: 2 }),
        caseWith({ status: "dismissed", class: "control-healthy", noise: true }),
      ],
      now,
    );

    expect(found).toMatchObject({
      alerts: 8,
      incidents: 4,
      noiseDismissed: 1,
      resolved: 2,
      resolvedWithoutWaking: 1,
      escalated: 1,
      approvals: { given: 1, refused: 1 },
      feedback: { right: 1, wrong: 1 },
      model: { calls: 2, tokens: 900, usd: null },
    });
    expect(found.byClass["control-healthy"]?.incidents).toBe(1);
    expect(Object.keys(found.byWeek)).toEqual(["2026-05-04"]);
  });

  test("by class and by week add up to all, also where one holds another", () => {
    const child = caseWith({ child: true, class: null, alerts: 3, tokens: 50, calls: 1, usd: 1 });
    const { byClass, byWeek, ...all } = statsOf(
      [caseWith({}), caseWith({ class: "app-crash", tokens: 10 }), child],
      now,
    );

    expect(all).toMatchObject({ incidents: 2, children: 1, alerts: 7, model: { tokens: 60 } });
    for (const groups of [Object.values(byClass), Object.values(byWeek)]) {
      const summed = (of: (one: Figures) => number): number => groups.reduce((total, one) => total + of(one), 0);
      expect(summed(({ incidents }) => incidents)).toBe(2);
      expect(summed(({ children }) => children)).toBe(1);
      expect(summed(({ alerts }) => alerts)).toBe(7);
      expect(summed(({ model }) => model.tokens)).toBe(60);
    }
  });

  test("weeks begin on Monday", () => {
    expect(["2026-05-04T00:00:00Z", "2026-05-10T23:59:59Z", "2026-05-11T00:00:00Z"].map(weekOf)).toEqual([
      "2026-05-04",
      "2026-05-04",
      "2026-05-11",
    ]);
  });
});
