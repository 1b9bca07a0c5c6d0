import { expect, test } from "vitest";
import { peopleLines } from "../../src/commands/doctor-people.ts";
import { readConfig } from "../../src/config.ts";
import { json, scriptedServer } from "../adapters/scripted-server.ts";
import { startFakePagerDuty } from "../support/fake-pagerduty.ts";

const states = async (environment: Record<string, string>) =>
  Object.fromEntries((await peopleLines(readConfig(environment))).map(({ what, ...found }) => [what, found]));

const settings = (url: string, pagerduty: string) => ({
  SLACK_BOT_TOKEN: "xoxb-1",
  SLACK_CHANNEL: "C1",
  SLACK_API_URL: `${url}/slack/`,
  PAGERDUTY_API_TOKEN: "t",
  PAGERDUTY_FROM: "bot@example.com",
  PAGERDUTY_API_URL: pagerduty,
  PAGERDUTY_ESCALATION_POLICY: "PTIER2",
  NIGHTSHIFT_WEBHOOK_URL: `${url}/hook`,
  NIGHTSHIFT_WEBHOOK_SECRET: "s",
  GRAFANA_URL: `${url}/grafana`,
  GRAFANA_TOKEN: "glsa_x",
});

test("what answers is told with what it answered, what is not set with what to set", async () => {
  await using pagerduty = await startFakePagerDuty();
  const server = await scriptedServer();
  server.play(({ url }, response) =>
    json(response, 200, url.pathname.startsWith("/slack") ? { ok: true, user: "nightshift", team: "Acme" } : []),
  );

  const found = await states(settings(server.url, pagerduty.url));
  await server.close();

  expect(found).toEqual({
    slack: { state: "ok", detail: "speaks as nightshift in Acme" },
    pagerduty: { state: "ok", detail: "writes as Night Shift; policy PTIER2 takes over where a person is needed" },
    "outgoing webhook": { state: "ok", detail: "takes a signed incident.test" },
    "grafana annotations": { state: "ok", detail: expect.stringContaining("can be read") },
  });
  expect(Object.values(await states({})).map(({ state }) => state)).toEqual(["off", "off", "off", "off"]);
});

test.each([
  ["missing_scope", "ok", /posted twice: .*missing_scope; it needs .*channels:history/],
  ["not_in_channel", "bad", /not_in_channel; invite the bot/],
  ["channel_not_found", "bad", /is SLACK_CHANNEL a channel id\?/],
])("of a bot that may not read the channel (%s) it says what that costs", async (error, state, said) => {
  const server = await scriptedServer();
  server.play(({ url }, response) => {
    const mayNot = url.pathname.endsWith("conversations.history");
    json(response, 200, mayNot ? { ok: false, error } : { ok: true, user: "nightshift", team: "Acme" });
  });

  const found = await states(settings(server.url, server.url));
  await server.close();

  expect(found.slack).toMatchObject({ state, detail: expect.stringMatching(said) });
});

test("a wrong token, an unknown user, an unknown policy and a deaf address are bad, and nothing secret is said", async () => {
  await using pagerduty = await startFakePagerDuty(["POWN"]);
  const server = await scriptedServer();
  server.play(({ url }, response) =>
    url.pathname.startsWith("/slack")
      ? json(response, 200, { ok: false, error: "invalid_auth" })
      : json(response, 401, {}),
  );
  const all = settings(server.url, pagerduty.url);

  const found = await states(all);
  const stranger = await states({ ...all, PAGERDUTY_FROM: "nobody@example.com" });
  await server.close();

  expect(Object.values(found).map(({ state }) => state)).toEqual(["bad", "bad", "bad", "bad"]);
  expect(stranger.pagerduty?.detail).toContain("is no user of the account");
  expect(JSON.stringify(found)).not.toMatch(/xoxb-1|glsa_x/);
});
