import { expect, test } from "vitest";
import { served } from "./served.ts";
import { walkNight } from "./stage.ts";

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

test("a replay is asked for and read over HTTP, and what is not understood is refused with a hint", async () => {
  const night = await walkNight("bad-rollout");
  const base = `${await served(night)}/api`;
  const replays = `${base}/incidents/${night.id}/replays`;

  const created = await post(replays, { mode: "faithful" });
  const { replayId } = (await created.json()) as { replayId: string };
  const read = await fetch(`${base}/replays/${replayId}`);

  expect(created.status).toBe(201);
  expect(await read.json()).toMatchObject({ status: "done", identical: true, divergence: null });
  expect((await post(replays, { mode: "what-if", changes: { wish: 1 } })).status).toBe(400);
  expect((await post(replays, { mode: "what-if", changes: { policy: { mode: "auto" }, decision: {} } })).status).toBe(
    400,
  );
  expect((await post(`${base}/incidents/inc_none/replays`, { mode: "faithful" })).status).toBe(404);
  expect((await fetch(`${base}/replays/rep_none`)).status).toBe(404);
});

test("the post-mortem tells the night, and each line of it cites what it rests on", async () => {
  const night = await walkNight("bad-rollout");
  const base = `${await served(night)}/api`;
  const decision = { kind: "rejected", by: "bo", why: "let us wait" };
  await post(`${base}/incidents/${night.id}/replays`, { mode: "what-if", changes: { decision } });
  await post(`${base}/incidents/${night.id}/replays`, { mode: "what-if", changes: { policy: { mode: "auto" } } });

  const answer = await fetch(`${base}/incidents/${night.id}/report?kind=post-mortem`);
  const text = await answer.text();

  const titles = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(titles).toEqual([
    "Timeline",
    "What was known when",
    "Cause",
    "Decisions",
    "What was done",
    "What would have happened",
    "Open questions",
    "Cost",
  ]);
  const lines = text.slice(text.indexOf("\n## ")).split("\n");
  const said = lines.filter((line) => line !== "" && !line.startsWith("## "));
  expect(said.filter((line) => !/\[(#\d+|e[0-9a-f]{10}|rep_)/.test(line))).toEqual([]);
  expect(said.length).toBeGreaterThan(20);
  // What is cited is there.
  const journal = (await night.responder.timeline(night.id)) ?? [];
  for (const [, seq] of text.matchAll(/\[#(\d+)\]/g)) expect(journal[Number(seq) - 1]?.seq).toBe(Number(seq));
  for (const [, id = ""] of text.matchAll(/\[(e[0-9a-f]{10})\]/g))
    expect(await night.responder.evidence(night.id, id)).not.toBeNull();
  expect(text).toContain("approved by ana");
  // One change reads as one, though both the ledger and the step put it on the journal.
  const timeline = text.slice(text.indexOf("## Timeline"), text.indexOf("## What was known when"));
  expect(timeline.match(/ applied: .* \[#\d+, #\d+\]$/gm)).toHaveLength(1);
  expect(text).toMatch(
    /If the decision had been rejected: at step \d+, rejected by bo: let us wait instead of approved by ana/,
  );
  expect(text).toContain("await-approval → escalate → report");
  expect(text).toMatch(
    /If the policy had been auto: at step \d+, authority of the plan: policy instead of person; on by/,
  );
  // The plain report is another text.
  expect(await (await fetch(`${base}/incidents/${night.id}/report`)).text()).not.toContain("## Timeline");
});

test("a post-mortem says of what never happened that it did not, and cites as far as what it knows", async () => {
  const night = await walkNight("missing-setting");

  const text = (await night.responder.postMortem(night.id)) ?? "";

  const said = text
    .slice(text.indexOf("\n## "))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("## "));
  expect(said.filter((line) => !/\[(#\d+|e[0-9a-f]{10})/.test(line))).toEqual([]);
  expect(text).toMatch(/Nothing was changed\. \[#\d+\]/);
  expect(text).toMatch(/Nobody has asked yet: nightshift replay \S+ --what-if FILE \[#\d+\]/);
});
