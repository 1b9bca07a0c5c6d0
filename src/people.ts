import { type Grafana, grafana } from "./adapters/grafana.ts";
import { outgoingWebhook } from "./adapters/outgoing-webhook.ts";
import { pagerdutyPager, resolvePage } from "./adapters/pagerduty.ts";
import { pagerdutyDesk } from "./adapters/pagerduty-desk.ts";
import { type PagerDutyRest, pagerdutyRest } from "./adapters/pagerduty-rest.ts";
import { slackNotifier } from "./adapters/slack.ts";
import { slackChat } from "./adapters/slack-chat.ts";
import type { Config } from "./config.ts";
import { Happening, type Notice, textOf } from "./incident/notice.ts";
import type { Log } from "./log.ts";
import type { Chat } from "./ports/chat.ts";
import type { Desk, Herald, Marker, Notifier, Pager } from "./ports/notifier.ts";
import { PortError } from "./ports/port-error.ts";
import type { News } from "./responder/turn-ports.ts";
import { systemClock } from "./world.ts";

export interface People {
  notifier: Notifier;
  pager: Pager;
  herald: Herald | null;
  desk: Desk;
  marker: Marker | null;
}

/** For those without a token: the notice stands in the journal and goes to stdout, where a person or a log collector sees it. */
const toStdout = async (notice: Notice): Promise<Record<string, string>> => {
  const { channel, title, link } = notice;
  process.stdout.write(`\n[${channel}] ${title}\n${textOf(notice)}\n${link}\n`);
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

/** What clicks are answered with: the bot, and where there is none the address that came with the click. */
export const openChat = (config: Config): Chat =>
  slackChat({ token: config.SLACK_BOT_TOKEN ?? null, apiUrl: config.SLACK_API_URL });

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

export const openHerald = ({
  NIGHTSHIFT_WEBHOOK_URL: url,
  NIGHTSHIFT_WEBHOOK_SECRET: secrets,
}: Config): Herald | null => (url === undefined ? null : outgoingWebhook({ url, secrets, clock: systemClock }));

export const openGrafana = ({ GRAFANA_URL: url, GRAFANA_TOKEN: token }: Config): Grafana | null =>
  url === undefined || token === undefined ? null : grafana({ url, token });

type Fallback = [port: ReturnType<NonNullable<Pager["port"]>>, page: Pager["page"]];

/**
 * Rings by a new message, never by an update that nobody is told of: the incident's one message where it has none yet, which
 * the card then keeps up to date, else an answer below it that the whole channel sees.
 */
const pageByChat =
  ({ post, reply }: Notifier): Pager["page"] =>
  async (notice, how, below) => {
    const page = { ...notice, decision: null };
    if (!below?.ts || reply === undefined) return post(page, null, how);
    try {
      return await reply(page, below, how);
    } catch (error) {
      // The message may be gone; that keeps nobody asleep.
      if (!(error instanceof PortError) || error.retryable) throw error;
      return post(page, null, how);
    }
  };

/** Where a page goes that PagerDuty cannot take. */
const fallback = (config: Config, chat: Notifier, herald: Herald | null): Fallback => {
  if (speaksInSlack(config)) return ["slack", pageByChat(chat)];
  return herald === null ? ["stdout", toStdout] : ["webhook", (notice, how) => herald.tell(notice, how?.signal)];
};

/** Nothing but the webhook wakes anybody: its page is the news of the escalation. */
const pagesByWebhook = (config: Config): boolean =>
  config.NIGHTSHIFT_WEBHOOK_URL !== undefined &&
  !speaksInSlack(config) &&
  config.PAGERDUTY_ROUTING_KEY === undefined &&
  config.PAGERDUTY_API_TOKEN === undefined;

const allNews: readonly Happening[] = Happening.options;

/** What each channel that is set up hears of. */
export const followsOf = (config: Config): News["follows"] => ({
  ...(speaksInSlack(config) ? { thread: allNews.filter((what) => what !== "opened") } : {}),
  ...(config.GRAFANA_URL === undefined ? {} : { annotation: ["opened", "acted", "closed"] }),
  ...(config.NIGHTSHIFT_WEBHOOK_URL === undefined
    ? {}
    : { event: pagesByWebhook(config) ? allNews.filter((what) => what !== "escalated") : allNews }),
});

/** What it does about PagerDuty's own incidents. */
export const deskOf = ({
  PAGERDUTY_API_TOKEN: token,
  PAGERDUTY_ROUTING_KEY: key,
  PAGERDUTY_ACKNOWLEDGE,
}: Config): NonNullable<News["desk"]> => [
  ...(token !== undefined && PAGERDUTY_ACKNOWLEDGE ? (["acknowledge"] as const) : []),
  ...(token !== undefined || key !== undefined ? (["resolve"] as const) : []),
];

const pager = (config: Config, chat: Notifier, herald: Herald | null, log: Log): Pager => {
  const routingKey = config.PAGERDUTY_ROUTING_KEY ?? null;
  const rest = openPagerDutyRest(config);
  const unheard = herald === null ? "the journal and stdout only" : "NIGHTSHIFT_WEBHOOK_URL";
  const instead = speaksInSlack(config) ? "Slack" : unheard;
  if (routingKey === null) log(`PAGERDUTY_ROUTING_KEY is not set: pages go to ${instead}`);
  if (rest === null) log("PAGERDUTY_API_TOKEN is not set: notes go to the journal and stdout only");
  const reaches = ({ pagerdutyIncident }: Notice): boolean =>
    routingKey !== null || (rest !== null && pagerdutyIncident !== null);
  const [unreachedPort, unreached] = fallback(config, chat, herald);
  const real = pagerdutyPager({
    eventsUrl: config.PAGERDUTY_EVENTS_URL,
    routingKey,
    rest,
    escalationPolicy: config.PAGERDUTY_ESCALATION_POLICY,
    from: config.PAGERDUTY_FROM,
    unreached,
  });
  return {
    port: (notice) => (reaches(notice) ? "pagerduty" : unreachedPort),
    page: (notice, how, below) => (reaches(notice) ? real.page(notice, how, below) : unreached(notice, how, below)),
    note: rest === null ? toStdout : real.note,
  };
};

const desk = (config: Config): Desk => {
  const { PAGERDUTY_EVENTS_URL: eventsUrl, PAGERDUTY_ROUTING_KEY: routingKey } = config;
  const rest = openPagerDutyRest(config);
  const ends = routingKey === undefined ? null : resolvePage({ eventsUrl, routingKey, rest });
  return pagerdutyDesk({ rest, clock: systemClock, resolvePage: ends });
};

export const openPeople = (config: Config, log: Log): People => {
  const chat = notifier(config, log);
  const herald = openHerald(config);
  return {
    notifier: chat,
    pager: pager(config, chat, herald, log),
    herald,
    desk: desk(config),
    marker: openGrafana(config),
  };
};
