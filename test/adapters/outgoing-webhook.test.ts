import { spawn } from "node:child_process";
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { afterAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { outgoingWebhook, signed } from "../../src/adapters/outgoing-webhook.ts";
import type { Notice } from "../../src/incident/notice.ts";
import { type Asked, json, scriptedServer } from "./scripted-server.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const at = "2026-11-23T02:00:10.000Z";
const notice: Notice = {
  key: "event:i:acted:k",
  incidentId: "i",
  channel: "event",
  title: "WARNING shop/api",
  text: "# report",
  severity: "warning",
  link: "http://localhost/i",
  pagerdutyIncident: null,
  happened: { what: "acted", at, line: "undo-rollout applied" },
  facts: { status: "verifying" },
};

const server = await scriptedServer();
afterAll(() => server.close());
beforeEach(() => {
  server.asked.length = 0;
  server.play((_asked, response) => void response.writeHead(204).end());
});

let now = new Date(at);
const herald = (secrets = [secret], deadlineMs = 5000) =>
  outgoingWebhook({ url: `${server.url}/hooks/T0KEN-in-path`, secrets, clock: { now: () => now }, deadlineMs });

/** What docs/people.md tells a receiver to do, written by itself. */
const verified = ({ headers, body }: Asked, key: string, clock = now): boolean => {
  const id = String(headers["webhook-id"]);
  const stamp = String(headers["webhook-timestamp"]);
  if (Math.abs(clock.getTime() / 1000 - Number(stamp)) > 300) return false;
  const raw = Buffer.from(key.slice("whsec_".length), "base64");
  const wanted = createHmac("sha256", raw).update(`${id}.${stamp}.${body}`).digest();
  return String(headers["webhook-signature"])
    .split(" ")
    .filter((one) => one.startsWith("v1,"))
    .map((one) => Buffer.from(one.slice(3), "base64"))
    .some((given) => given.length === wanted.length && timingSafeEqual(given, wanted));
};

test("it signs as the Standard Webhooks example does", () => {
  expect(signed([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", '{"test": 2432232314}')).toBe(
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});

test("a receiver can verify what it is sent, and a changed body, id or time does not verify", async () => {
  await herald().tell(notice);

  const [asked] = server.asked;
  if (asked === undefined) throw new Error("nothing was sent");
  expect(verified(asked, secret)).toBe(true);
  expect(verified({ ...asked, body: asked.body.replace("acted", "closed") }, secret)).toBe(false);
  expect(verified({ ...asked, headers: { ...asked.headers, "webhook-id": "evt_other" } }, secret)).toBe(false);
  expect(verified(asked, "whsec_b3RoZXI=")).toBe(false);
  expect(verified(asked, secret, new Date("2026-11-23T02:06:00Z"))).toBe(false);
  expect(JSON.parse(asked.body)).toEqual({
    type: "incident.acted",
    timestamp: at,
    data: {
      incidentId: "i",
      severity: "warning",
      title: "WARNING shop/api",
      line: "undo-rollout applied",
      report: "# report",
      link: "http://localhost/i",
      wanted: null,
      status: "verifying",
    },
  });
});

test("the receiver in docs/people.md takes what is genuine once, and nothing else", async () => {
  const [, example = ""] = /```js\n([\s\S]*?)```/.exec(readFileSync("docs/people.md", "utf8")) ?? [];
  const anyPort = example.replace(".listen(9000)", ".listen(0, function () { console.log(this.address().port); })");
  expect(anyPort).not.toBe(example);
  const args = ["--input-type=module", "--eval", anyPort];
  const receiver = spawn(process.execPath, args, { env: { NIGHTSHIFT_WEBHOOK_SECRET: secret } });
  onTestFinished(() => void receiver.kill());
  const said = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]();
  const url = `http://127.0.0.1:${(await said.next()).value}/`;
  const clock = { now: () => new Date() };
  const genuine = outgoingWebhook({ url, secrets: [secret], clock });

  await expect(outgoingWebhook({ url, secrets: ["another"], clock }).tell(notice)).rejects.toMatchObject({
    reason: "unauthorized",
  });
  const old = { now: () => new Date(Date.now() - 600_000) };
  await expect(outgoingWebhook({ url, secrets: [secret], clock: old }).tell(notice)).rejects.toMatchObject({
    reason: "unauthorized",
  });
  await genuine.tell(notice);
  await genuine.tell(notice);
  await genuine.tell({ ...notice, title: "another" });

  expect([(await said.next()).value, (await said.next()).value]).toEqual([
    "incident.acted WARNING shop/api http://localhost/i",
    "incident.acted another http://localhost/i",
  ]);
});

test("while a secret changes both sign, and either verifies", async () => {
  await herald(["whsec_b3RoZXI=", secret]).tell(notice);

  const [asked] = server.asked;
  expect(asked && [verified(asked, secret), verified(asked, "whsec_b3RoZXI=")]).toEqual([true, true]);
});

test("a second try is the same message: same id, same body, a stamp of its own", async () => {
  await herald().tell(notice);
  now = new Date("2026-11-23T02:01:10.000Z");
  await herald().tell(notice);
  await herald().tell({ ...notice, text: "# another report" });
  now = new Date(at);

  const [first, second, third] = server.asked;
  expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
  expect(second?.body).toBe(first?.body);
  expect(second?.headers["webhook-timestamp"]).not.toBe(first?.headers["webhook-timestamp"]);
  expect(third?.headers["webhook-id"]).not.toBe(first?.headers["webhook-id"]);
});

test.each([
  [429, "rate-limited", 7000],
  [500, "failed", null],
  [410, "invalid", null],
])("status %i is %s, and neither address nor secret is in what is said of it", async (code, reason, retryAfterMs) => {
  server.play((_asked, response) => json(response.setHeader("retry-after", code === 429 ? "7" : ""), code, {}));

  const error = await herald()
    .tell(notice)
    .catch((caught: unknown) => caught);

  expect(error).toMatchObject({ name: "PortError", reason, retryAfterMs });
  expect(String(error)).not.toMatch(/T0KEN|MfKQ9r8G/);
});

test("a redirect is not followed, a hang ends at the deadline", async () => {
  server.play((_asked, response) => void response.writeHead(307, { location: `${server.url}/elsewhere` }).end());
  await expect(herald().tell(notice)).rejects.toMatchObject({ name: "PortError" });
  expect(server.asked).toHaveLength(1);

  server.play(() => undefined);
  await expect(herald([secret], 200).tell(notice)).rejects.toMatchObject({ reason: "timeout" });
});
