import { afterAll, beforeEach, expect, test } from "vitest";
import { grafana } from "../../src/adapters/grafana.ts";
import type { Notice } from "../../src/incident/notice.ts";
import { json, type Script, scriptedServer } from "./scripted-server.ts";

const at = "2026-11-23T02:00:10.000Z";
const notice: Notice = {
  key: "annotation:i:acted:k",
  incidentId: "inc_1",
  channel: "annotation",
  title: 'WARNING <img src="x">',
  text: "",
  severity: "warning",
  link: "http://localhost/i",
  pagerdutyIncident: null,
  dashboard: { uid: "abc", panelId: 2 },
  happened: { what: "acted", at, line: "undo-rollout applied <script>" },
};

interface Annotation {
  id: number;
  time: number;
  tags: string[];
  text: string;
}

const server = await scriptedServer();
afterAll(() => server.close());

/** Grafana's annotations: found by all their tags within a time. */
const annotations: Annotation[] = [];
const keeps: Script = ({ method, url, headers, body }, response) => {
  if (headers.authorization !== "Bearer glsa_x") return json(response, 401, { message: "Unauthorized" });
  if (url.pathname !== "/sub/api/annotations") return json(response, 404, { message: "Not found" });
  if (method === "POST") {
    const made = { id: annotations.length + 1, ...JSON.parse(body) };
    annotations.push(made);
    return json(response, 200, { message: "Annotation added", id: made.id });
  }
  const [tags, from, to] = [url.searchParams.getAll("tags"), url.searchParams.get("from"), url.searchParams.get("to")];
  const found = annotations.filter(
    (one) =>
      tags.every((tag) => one.tags.includes(tag)) && one.time >= Number(from ?? 0) && one.time <= Number(to ?? 9e15),
  );
  return json(response, 200, found);
};

beforeEach(() => {
  annotations.length = 0;
  server.play(keeps);
});

const port = (deadlineMs = 5000) => grafana({ url: `${server.url}/sub/`, token: "glsa_x", deadlineMs });

test("a mark is on the dashboard and panel of the alert, once, and its text is no markup", async () => {
  const first = await port().mark(notice);
  const second = await port().mark(notice);

  expect([first, second]).toEqual([{ id: "1" }, { id: "1" }]);
  expect(annotations).toEqual([
    {
      id: 1,
      dashboardUID: "abc",
      panelId: 2,
      time: Date.parse(at),
      tags: ["nightshift", "inc_1", "acted"],
      text: 'WARNING &lt;img src=&quot;x&quot;&gt;<br>undo-rollout applied &lt;script&gt;<br><a href="http://localhost/i">incident</a>',
    },
  ]);
});

test("a second change of the same incident is a second mark, an alert without dashboard is marked everywhere", async () => {
  await port().mark(notice);
  await port().mark({ ...notice, happened: { what: "acted", at: "2026-11-23T02:05:00.000Z", line: "undo" } });
  await port().mark({ ...notice, incidentId: "inc_2", dashboard: null });

  expect(annotations).toHaveLength(3);
  expect(annotations[2]).not.toHaveProperty("dashboardUID");
});

test.each([
  [401, "unauthorized"],
  [500, "failed"],
])("status %i is %s", async (code, reason) => {
  server.play((_asked, response) => json(response, code, { message: "no" }));
  await expect(port().mark(notice)).rejects.toMatchObject({ name: "PortError", reason });
});

test("a hang ends at the deadline", async () => {
  server.play(() => undefined);
  await expect(port(200).mark(notice)).rejects.toMatchObject({ reason: "timeout" });
});
