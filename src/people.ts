import { pagerdutyPager } from "./adapters/pagerduty.ts";
import { type PagerDutyRest, pagerdutyRest } from "./adapters/pagerduty-rest.ts";
import { slackNotifier } from "./adapters/slack.ts";
import { slackChat } from "./adapters/slack-chat.ts";
import type { Config } from "./config.ts";
import type { Notice } from "./incident/notice.ts";
import type { Log } from "./log.ts";
import type { Chat } from "./ports/chat.ts";
import type { Notifier, Pager } from "./ports/notifier.ts";

export interface People {
  notifier: Notifier;
  pager: Pager;
}

/** For those without a token: the notice stands in the journal and goes to stdout, where a person or a log collector sees it. */
const toStdout = async ({ channel, title, text, link }: Notice): Promise<Record<string, string>> => {
  process.stdout.write(`\n[${channel}] ${title}\n${text}\n${link}\n`);
  return { to: "stdout" };
};

export const openPagerDutyRest = (config: Config): PagerDutyRest | null =>
  config.PAGERDUTY_API_TOKEN === undefined || config.PAGERDUTY_FROM === undefined
    ? null
    : pagerdutyRest({
        apiUrl: config.PAGERDUTY_API_URL,
        token: config.PAGERDUTY_API_TOKEN,
        from: config.PAGERDUTY_FROM,
      });

/** What clicks are answered with; null: there is no bot to speak as. */
export const openChat = (config: Config): Chat | null =>
  config.SLACK_BOT_TOKEN === undefined
    ? null
    : slackChat({ token: config.SLACK_BOT_TOKEN, apiUrl: config.SLACK_API_URL });

const speaksInSlack = ({ SLACK_BOT_TOKEN, SLACK_CHANNEL }: Config): boolean =>
  SLACK_BOT_TOKEN !== undefined && SLACK_CHANNEL !== undefined;

const notifier = (config: Config, log: Log): Notifier => {
  if (config.SLACK_BOT_TOKEN !== undefined && config.SLACK_CHANNEL !== undefined) {
    return slackNotifier({
      token: config.SLACK_BOT_TOKEN,
      channel: config.SLACK_CHANNEL,
      apiUrl: config.SLACK_API_URL,
    });
  }
  log("SLACK_BOT_TOKEN is not set: incident cards go to the journal and stdout only");
  return { post: toStdout };
};

/** Who is woken where PagerDuty cannot: a new message in chat, never an update that nobody is told of. */
const fallback = (config: Config, { post }: Notifier): Pager["page"] =>
  speaksInSlack(config) ? (notice, signal) => post({ ...notice, decision: null }, null, signal) : toStdout;

const pager = (config: Config, chat: Notifier, log: Log): Pager => {
  const routingKey = config.PAGERDUTY_ROUTING_KEY ?? null;
  const rest = openPagerDutyRest(config);
  const real = pagerdutyPager({ eventsUrl: config.PAGERDUTY_EVENTS_URL, routingKey, rest });
  const instead = speaksInSlack(config) ? "Slack" : "the journal and stdout only";
  if (routingKey === null) log(`PAGERDUTY_ROUTING_KEY is not set: pages go to ${instead}`);
  if (rest === null) log("PAGERDUTY_API_TOKEN is not set: notes go to the journal and stdout only");
  const reaches = ({ pagerdutyIncident }: Notice): boolean =>
    routingKey !== null || (rest !== null && pagerdutyIncident !== null);
  const unreached = fallback(config, chat);
  return {
    page: (notice, signal) => (reaches(notice) ? real.page(notice, signal) : unreached(notice, signal)),
    note: rest === null ? toStdout : real.note,
  };
};

export const openPeople = (config: Config, log: Log): People => {
  const chat = notifier(config, log);
  return { notifier: chat, pager: pager(config, chat, log) };
};
