import { expect, test } from "vitest";
import { dashboardOf, linksOf, webAddress } from "../../src/incident/links.ts";
import { fromGrafana } from "../../src/intake/grafana.ts";
import { alert } from "../support/incidents.ts";

const payload = (changes: Record<string, unknown> = {}) => ({
  version: "1",
  orgId: 1,
  alerts: [
    {
      status: "firing",
      labels: { alertname: "High 5xx", namespace: "shop", service: "api" },
      annotations: { summary: "5xx above 5%" },
      startsAt: "2026-03-04T05:00:00Z",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "https://grafana.example/alerting/grafana/abc/view",
      fingerprint: "57c6d9296de2ad39",
      silenceURL: "https://grafana.example/alerting/silence/new?alertmanager=grafana",
      dashboardURL: "https://grafana.example/d/abc?orgId=1",
      panelURL: "https://grafana.example/d/abc?orgId=1&viewPanel=2",
      ...changes,
    },
  ],
});

test("the links of a Grafana alert are kept, and name the dashboard and panel", () => {
  const alerts = fromGrafana(payload());

  expect(linksOf(alerts)).toEqual([
    { text: "dashboard at grafana.example", url: "https://grafana.example/d/abc?orgId=1" },
    { text: "panel at grafana.example", url: "https://grafana.example/d/abc?orgId=1&viewPanel=2" },
    {
      text: "silence at grafana.example",
      url: "https://grafana.example/alerting/silence/new?alertmanager=grafana",
    },
    { text: "source at grafana.example", url: "https://grafana.example/alerting/grafana/abc/view" },
  ]);
  expect(dashboardOf(alerts)).toEqual({ uid: "abc", panelId: 2 });
});

test.each([
  ["https://g.example/grafana/d/x_Y-1/name?viewPanel=panel-12", { uid: "x_Y-1", panelId: 12 }],
  ["https://g.example/d/abc?viewPanel=12;drop", { uid: "abc", panelId: null }],
  ["https://g.example/explore?left=1", null],
])("%s is dashboard %j", (url, dashboard) => {
  expect(dashboardOf([alert({ links: [{ name: "panel", url }] })])).toEqual(dashboard);
});

test("empty, absent and odd addresses lose the link, never the alert", () => {
  for (const odd of ["", null, 7, { a: 1 }, "javascript:alert(1)", "//x", "grafana"]) {
    const [one] = fromGrafana(payload({ dashboardURL: odd, panelURL: odd, silenceURL: odd, generatorURL: null }));
    expect(one).toMatchObject({ name: "High 5xx" });
    expect(one?.links).toBeUndefined();
  }
});

const hostile = [
  "javascript:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "https://admin:secret@evil.example/",
  "https://grafana.example@evil.example/",
  `https://h/${"x".repeat(3000)}`,
];

test.each(hostile)("%.60s is no address to offer", (text) => {
  expect(webAddress(text)).toBeNull();
});

test.each([
  ["https://h/a|b>c<d", "https://h/a%7Cb%3Ec%3Cd"],
  ["https://h/a)](http://evil)", "https://h/a%29%5D%28http://evil%29"],
  ["https://h/a?x='`*_[y]", "https://h/a?x=%27%60%2A_%5By%5D"],
  ["https://h/\n<!channel>", "https://h/%3C!channel%3E"],
])("%j cannot end the link it is put into", (given, address) => {
  expect(webAddress(given)).toBe(address);
});
