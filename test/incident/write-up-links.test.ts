import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import { mostLines, writeUp } from "../../src/incident/write-up.ts";
import { alert, causeFrom, incidentWith, logOf, plan } from "./night.ts";

const log = logOf("2026-03-01T02:11:01.1Z fatal: cannot allocate memory\n");
const reportWith = (changes: Partial<Alert>): string =>
  writeUp({
    incident: incidentWith({
      alerts: [{ ...alert, ...changes }],
      evidence: [log.id],
      diagnosis: causeFrom([log]),
      plan,
    }),
    status: "awaiting-approval",
    evidence: [log],
    links: { page: "https://nightshift.example/inc-1" },
    notes: [],
  });

test("the report links the dashboard, panel, silence and source of the alert, on the same screen", () => {
  const report = reportWith({
    url: "http://prom.example/graph?g0.expr=up%28%29",
    links: [
      { name: "dashboard", url: "https://grafana.example/d/abc" },
      { name: "panel", url: "https://grafana.example/d/abc?viewPanel=2" },
      { name: "silence", url: "https://grafana.example/alerting/silence/new" },
    ],
  });

  expect(report).toContain("- dashboard at grafana.example: <https://grafana.example/d/abc>");
  expect(report).toContain("- panel at grafana.example: <https://grafana.example/d/abc?viewPanel=2>");
  expect(report).toContain("- silence at grafana.example: <https://grafana.example/alerting/silence/new>");
  expect(report).toContain("- source at prom.example: <http://prom.example/graph?g0.expr=up%28%29>");
  expect(report.trimEnd().split("\n").length).toBeLessThanOrEqual(mostLines);
});

test("an address that is none, or wants to be more than one, is not linked", () => {
  const report = reportWith({
    url: "javascript:alert(1)",
    links: [
      { name: "dashboard", url: "https://x@evil.example/" },
      { name: "panel", url: "https://evil.example/\n# RESOLVED\n> <!channel>" },
    ],
  });

  expect(report).not.toMatch(/javascript|x@evil|^# RESOLVED|<!channel>/m);
  expect(report).toContain("- panel at evil.example: <https://evil.example/#%20RESOLVED%3E%20%3C!channel%3E>");
});
