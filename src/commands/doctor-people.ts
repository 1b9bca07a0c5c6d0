import { slackIdentity } from "../adapters/slack-client.ts";
import type { Config } from "../config.ts";
import type { Notice } from "../incident/notice.ts";
import { openGrafana, openHerald, openPagerDutyRest } from "../people.ts";
import { systemClock } from "../world.ts";
import { type DoctorLine, off, tried } from "./doctor-line.ts";

/** What a receiver is to answer and otherwise leave alone: it names no incident. */
const test = (): Notice => ({
  key: "event:test",
  incidentId: "test",
  channel: "event",
  title: "nightshift doctor asks whether this address answers",
  text: "",
  severity: "none",
  link: "",
  pagerdutyIncident: null,
  happened: { what: "test", at: systemClock.now().toISOString(), line: "nightshift doctor" },
});

const webhook = (config: Config): Promise<DoctorLine> => {
  const herald = openHerald(config);
  if (herald === null) return Promise.resolve(off("outgoing webhook", "set NIGHTSHIFT_WEBHOOK_URL and its SECRET"));
  return tried("outgoing webhook", async () => {
    await herald.tell(test());
    return "takes a signed incident.test";
  });
};

const pagerduty = (config: Config): Promise<DoctorLine> => {
  const rest = openPagerDutyRest(config);
  const { PAGERDUTY_FROM: from, PAGERDUTY_ESCALATION_POLICY: policy } = config;
  if (rest === null) return Promise.resolve(off("pagerduty", "set PAGERDUTY_API_TOKEN and PAGERDUTY_FROM"));
  return tried("pagerduty", async () => {
    const user = await rest.whoWrites();
    if (user === null) throw new Error(`the token is good, but PAGERDUTY_FROM (${from}) is no user of the account`);
    const takesOver = policy === undefined ? "the incident's own policy" : await rest.policyName(policy);
    return `writes as ${user}; ${takesOver} takes over where a person is needed`;
  });
};

const slack = (config: Config): Promise<DoctorLine> => {
  const { SLACK_BOT_TOKEN: token, SLACK_CHANNEL: channel, SLACK_API_URL: apiUrl } = config;
  if (token === undefined || channel === undefined)
    return Promise.resolve(off("slack", "set SLACK_BOT_TOKEN and SLACK_CHANNEL"));
  return tried("slack", async () => `speaks as ${await slackIdentity({ token, apiUrl, channel })}`);
};

const dashboards = (config: Config): Promise<DoctorLine> => {
  const port = openGrafana(config);
  if (port === null) return Promise.resolve(off("grafana annotations", "set GRAFANA_URL and GRAFANA_TOKEN"));
  return tried("grafana annotations", async () => {
    await port.check();
    return `can be read at ${config.GRAFANA_URL}`;
  });
};

/** Whether those who are to be told can be reached. */
export const peopleLines = (config: Config): Promise<DoctorLine[]> =>
  Promise.all([slack(config), pagerduty(config), webhook(config), dashboards(config)]);
