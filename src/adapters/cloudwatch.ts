import type { FilteredLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import { shellQuoted } from "../incident/shell-quoted.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogQuery, Logs, LogText } from "../ports/logs.ts";
import { PortError } from "../ports/port-error.ts";
import { awsError, type Opened, openAws } from "./cloudwatch-client.ts";
import { type Found, insightsQuery, runInsights } from "./cloudwatch-insights.ts";
import { isStreamOf, type Wanted, whoseStream } from "./cloudwatch-layout.ts";
import { unwrapped } from "./envelope.ts";
import { type KeptLine, logOf } from "./kept-lines.ts";

export interface CloudWatchSource {
  /** The log group. */
  group: string;
  deadlineMs?: number;
}

const lookBackMs = 24 * 3_600_000;
const mostStreamPages = 10;
const mostStreams = 20;
/** 1 MB or 10 000 lines each. */
const mostPages = 16;

interface Span {
  from: number;
  to: number;
}

type Send = Opened & { abortSignal: AbortSignal };

/** The pod's own streams, the newest first. Without the right to list streams there are none: Insights needs none. */
const streamsOf = async ({ aws, client, abortSignal }: Send, group: string, wanted: Wanted): Promise<string[]> => {
  const found: string[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < mostStreamPages && found.length < mostStreams; page += 1) {
      const listing = { logGroupName: group, orderBy: "LastEventTime", descending: true, nextToken } as const;
      const answer = await client.send(new aws.DescribeLogStreamsCommand(listing), { abortSignal });
      const names = (answer.logStreams ?? []).flatMap(({ logStreamName: name }) => name ?? []);
      found.push(...names.filter((name) => isStreamOf(name, wanted)));
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "AccessDeniedException") throw error;
  }
  return found.slice(0, mostStreams);
};

/** The last events of these streams. A page may be empty and not the last; servers that know no order begin at the oldest. */
const eventsOf = async (
  { aws, client, abortSignal }: Send,
  group: string,
  streams: string[],
  { from, to }: Span,
): Promise<{ events: FilteredLogEvent[]; more: boolean }> => {
  const events: FilteredLogEvent[] = [];
  let nextToken: string | undefined;
  const asked = { logGroupName: group, logStreamNames: streams, startTime: from, endTime: to, startFromHead: false };
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await client.send(new aws.FilterLogEventsCommand({ ...asked, nextToken }), { abortSignal });
    events.push(...(answer.events ?? []));
    nextToken = answer.nextToken;
    if (nextToken === undefined) return { events, more: false };
  }
  return { events, more: true };
};

const lineOf = (at: number, message: string, stream: string): KeptLine => {
  const { text, whose } = unwrapped(message);
  return { at: `${at}000000`, text, container: whose.container ?? whoseStream(stream).container };
};

/** Whoever answers may not have looked at the filter: a line of another pod is none of this one's. */
const isOf = ({ message, stream }: Found, wanted: Wanted): boolean => {
  const { pod, namespace, container } = unwrapped(message).whose;
  if (pod === null) return isStreamOf(stream, wanted);
  const own = pod === wanted.pod && (namespace ?? wanted.namespace) === wanted.namespace;
  return own && (wanted.container === null || container === null || container === wanted.container);
};

const linesOf = (found: readonly Found[], wanted: Wanted): KeptLine[] =>
  found.filter((one) => isOf(one, wanted)).map(({ at, message, stream }) => lineOf(at, message, stream));

interface Read {
  lines: KeptLine[];
  more: boolean;
  command: string;
}

/** By the pod's own streams where there are such, else by asking Insights which lines are its. */
const read = async (send: Send, group: string, wanted: Wanted, span: Span): Promise<Read> => {
  const streams = await streamsOf(send, group, wanted);
  const times = `--start-time ${span.from} --end-time ${span.to}`;
  if (streams.length > 0) {
    const { events, more } = await eventsOf(send, group, streams, span);
    const found = events.map(({ timestamp: at = 0, message = "", logStreamName: stream = "" }) => ({
      at,
      message,
      stream,
    }));
    // Within one millisecond the order that they came in is all there is.
    const isNewestFirst = (found[0]?.at ?? 0) > (found.at(-1)?.at ?? 0);
    const lines = linesOf(isNewestFirst ? found.reverse() : found, wanted);
    const named = streams.map(shellQuoted).join(" ");
    const command = `aws logs filter-log-events --log-group-name ${shellQuoted(group)} --log-stream-names ${named} ${times}`;
    return { lines, more, command };
  }
  const query = insightsQuery(wanted);
  const found = await runInsights(send, group, query, span, send.abortSignal);
  const lines = linesOf(found, wanted);
  const seconds = `--start-time ${Math.floor(span.from / 1000)} --end-time ${Math.ceil(span.to / 1000)}`;
  const command = `aws logs start-query --log-group-name ${shellQuoted(group)} ${seconds} --query-string ${shellQuoted(query)}`;
  return { lines, more: false, command };
};

export interface CloudWatch extends Logs {
  /** What answers, for people; throws what is wrong. */
  check(): Promise<string>;
}

export const cloudWatch = (source: CloudWatchSource, clock: Clock, open = openAws): CloudWatch => {
  const { group, deadlineMs = 12_000 } = source;
  let opened: Promise<Opened> | null = null;

  const within = async <T>(caller: AbortSignal | undefined, work: (send: Send) => Promise<T>): Promise<T> => {
    const deadline = AbortSignal.timeout(deadlineMs);
    const abortSignal = caller ? AbortSignal.any([caller, deadline]) : deadline;
    try {
      abortSignal.throwIfAborted();
      opened ??= open();
      return await work({ ...(await opened), abortSignal });
    } catch (error) {
      throw awsError(error, { what: `CloudWatch Logs, group ${group}`, deadlineMs, deadline, caller });
    }
  };

  const logs = (asked: LogQuery, signal?: AbortSignal): Promise<LogText | null> =>
    within(signal, async (send) => {
      const to = asked.to === undefined ? clock.now().getTime() : Date.parse(asked.to);
      const from = asked.from === undefined ? to - lookBackMs : Date.parse(asked.from);
      const { lines, more, command } = await read(send, group, asked, { from, to });
      const log = logOf(lines, asked.container);
      return log && { ...log, truncated: log.truncated || more, from: "cloudwatch", command };
    });

  const check = (): Promise<string> =>
    within(undefined, async ({ aws, client, abortSignal }) => {
      const asked = new aws.DescribeLogStreamsCommand({ logGroupName: group, limit: 1 });
      const { logStreams = [] } = await client.send(asked, { abortSignal });
      if (logStreams.length === 0) throw new PortError("logs", "invalid", `log group ${group} is there and empty`);
      return `log group ${group}`;
    });

  return { name: "cloudwatch", logs, check };
};
