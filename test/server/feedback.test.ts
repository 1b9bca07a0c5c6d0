import { expect, test } from "vitest";
import type { Said } from "../../src/responder/feedback.ts";
import type { Responder } from "../../src/responder/responder.ts";
import { openServer, unset } from "./open-server.ts";

const tokens = [
  { name: "ana", role: "approver" as const, token: "a" },
  { name: "vic", role: "viewer" as const, token: "v" },
];

const opened = (feedback: Responder["feedback"]) =>
  openServer({ feedback }, { config: { ...unset, NIGHTSHIFT_TOKENS: tokens } });

const post = async (url: string, body: unknown, token = "a"): Promise<number> =>
  (
    await fetch(`${url}/api/incidents/inc_1/feedback`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
  ).status;

test("a correction is taken from who may decide, with a class that exists", async () => {
  const said: [string, Said, string][] = [];
  await using server = await opened(async (id, what, { name }) => {
    said.push([id, what, name]);
    return true;
  });
  const { url } = server;

  expect(await post(url, { correct: false, class: "oom-memory-leak", note: "leaks since Monday" })).toBe(202);
  expect(await post(url, { class: "volume-full" })).toBe(202);
  expect(await post(url, { correct: true })).toBe(202);
  expect(said).toEqual([
    ["inc_1", { correct: false, class: "oom-memory-leak", note: "leaks since Monday" }, "ana"],
    ["inc_1", { correct: false, class: "volume-full", note: null }, "ana"],
    ["inc_1", { correct: true, class: null, note: null }, "ana"],
  ]);
});

test.each([
  ["no such class", { class: "gremlins" }],
  ["nothing said", { note: "hm" }],
  ["right and yet another class", { correct: true, class: "volume-full" }],
  ["an order", { correct: true, action: "delete-pod" }],
])("%s is refused", async (_, body) => {
  await using server = await opened(async () => {
    throw new Error("must not be asked");
  });

  expect(await post(server.url, body)).toBe(400);
});

test("a viewer may not correct, and an incident that is not there cannot be corrected", async () => {
  await using server = await opened(async () => false);

  expect(await post(server.url, { correct: true }, "v")).toBe(403);
  expect(await post(server.url, { correct: true }, "x")).toBe(401);
  expect(await post(server.url, { correct: true })).toBe(404);
});
