import { expect, test } from "vitest";
import { authorized, grafanaSigned, pagerdutySigned, slackSigned } from "../../src/intake/signatures.ts";

const ping =
  '{"event":{"id":"01TESTEVENT0000000000000001","event_type":"pagey.ping","resource_type":"pagey","occurred_at":"2026-01-02T03:04:05.678Z","agent":null,"client":null,"data":{"message":"hello é","type":"ping"}}}';
const one = "9489ed7ed7aafe0c7c2f88d1d22c500d3057f7f659251c40ffa6f1f58baf18d0";
const two = "8903152073e2261d26256a2043aee69d2401b796bea91713b17f964098c1cba5";

test.each([
  [`v1=${one}`, true],
  [`v1=${two},v1=${one}`, true],
  [`v1=${two}, v1=${one}`, true],
  [`v1=${two}`, false],
  [`v2=${one}`, false],
  ["v1=94", false],
  [undefined, false],
])("PagerDuty signature %s is accepted: %s", (header, accepted) => {
  expect(pagerdutySigned(header, Buffer.from(ping), ["test-secret-1"])).toBe(accepted);
});

test("either secret of a rotation is accepted, and a changed byte is not", () => {
  const secrets = ["test-secret-1", "test-secret-2"];
  expect(pagerdutySigned(`v1=${two}`, Buffer.from(ping), secrets)).toBe(true);
  expect(pagerdutySigned(`v1=${two}`, Buffer.from(`${ping}\n`), secrets)).toBe(false);
});

test("Grafana's signature is over the very bytes: another secret, a changed byte or no header is refused", () => {
  const body = '{"receiver":"nightshift","status":"firing","alerts":[]}';
  const header = "f52526b6b3b045371c09267fdb59d570413c0722817eb8b54b337cd67a70e158";
  const signed = (given: string | undefined, text: string, secrets: string[]): boolean =>
    grafanaSigned(given, undefined, Buffer.from(text), secrets, new Date());

  expect(signed(header, body, ["old", "test-secret-1"])).toBe(true);
  expect(signed(header, body, ["test-secret-2"])).toBe(false);
  expect(signed(header, `${body} `, ["test-secret-1"])).toBe(false);
  expect(signed(header.slice(0, 40), body, ["test-secret-1"])).toBe(false);
  expect(signed(undefined, body, ["test-secret-1"])).toBe(false);
  expect(signed("", body, [""])).toBe(false);
});

test("Grafana's signature with a timestamp covers it, and is good for five minutes", async () => {
  const { createHmac } = await import("node:crypto");
  const at = 1_700_000_000;
  const header = createHmac("sha256", "s").update(`${at}:{}`).digest("hex");
  const check = (timestamp: string | undefined, skew: number): boolean =>
    grafanaSigned(header, timestamp, Buffer.from("{}"), ["s"], new Date((at + skew) * 1000));
  expect([0, 300, -300, 301, -301].map((skew) => check(String(at), skew))).toEqual([true, true, true, false, false]);
  // A stamp that was changed, made up or taken off.
  expect([String(at + 1), "soon", "", undefined].map((stamp) => check(stamp, 0))).toEqual([false, false, false, false]);
});

test("bearer and basic are accepted, an empty secret never is", () => {
  expect(authorized("Bearer s3cret", ["old", "s3cret"])).toBe(true);
  expect(authorized("Basic YW06cHc=", ["am:pw"])).toBe(true);
  expect(authorized("Basic YW06cHc=", ["am:other"])).toBe(false);
  expect(authorized("Bearer x", [""])).toBe(false);
});

test("Slack stamps more than five minutes off are refused in both directions", async () => {
  const { createHmac } = await import("node:crypto");
  const at = 1_700_000_000;
  const header = `v0=${createHmac("sha256", "s").update(`v0:${at}:payload=1`).digest("hex")}`;
  const check = (skew: number) =>
    slackSigned(header, String(at), Buffer.from("payload=1"), ["s"], new Date((at + skew) * 1000));
  expect([0, 300, -300, 301, -301].map(check)).toEqual([true, true, true, false, false]);
});
