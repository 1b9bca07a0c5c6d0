import { setTimeout as sleep } from "node:timers/promises";
import type { Opened } from "./cloudwatch-client.ts";
import type { Wanted } from "./cloudwatch-layout.ts";

const mostLines = 2_000;
const pollMs = 400;
const startMs = 10_000;
const stopMs = 2_000;

const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** Lines that name the pod, or lie in a stream that does: collectors differ in where they write it. Which of them are its is seen afterwards. */
export const insightsQuery = ({ pod }: Wanted): string =>
  `fields @timestamp, @message, @logStream | filter @message like ${quoted(pod)} or @logStream like ${quoted(pod)} | sort @timestamp desc | limit ${mostLines}`;

export interface Found {
  at: number;
  message: string;
  stream: string;
}

type Fields = { field?: string | undefined; value?: string | undefined }[];
/** "2026-11-27 02:10:00.123", without a zone; other servers tell milliseconds since 1970. */
const timeOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Date.parse(`${text.replace(" ", "T")}Z`));

const foundIn = (fields: Fields): Found & { record: number } => {
  const told = Object.fromEntries(fields.map(({ field = "", value = "" }) => [field, value]));
  const { "@timestamp": at = "", "@message": message = "", "@logStream": stream = "", "@ptr": record = "" } = told;
  return { at: timeOf(at), message, stream, record: Number(record) };
};

/** The oldest first. Within a millisecond by the number of the record where there is one, else against the order asked for. */
const inOrder = (results: readonly Fields[]): Found[] =>
  results
    .map(foundIn)
    .filter(({ at }) => !Number.isNaN(at))
    .reverse()
    .sort((a, b) => a.at - b.at || a.record - b.record || 0);

const running = new Set(["Scheduled", "Running", "Unknown"]);

/** Runs a query to its end. Whatever ends the wait before that, a query that runs on is paid for: it is stopped. */
export const runInsights = async (
  { aws, client }: Opened,
  group: string,
  query: string,
  span: { from: number; to: number },
  abortSignal: AbortSignal,
): Promise<Found[]> => {
  const [startTime, endTime] = [Math.floor(span.from / 1000), Math.ceil(span.to / 1000)];
  const start = new aws.StartQueryCommand({ logGroupName: group, queryString: query, startTime, endTime });
  const queryId = await begun({ aws, client }, start, abortSignal);
  let done = false;
  try {
    for (;;) {
      const { status = "Unknown", results = [] } = await client.send(new aws.GetQueryResultsCommand({ queryId }), {
        abortSignal,
      });
      if (!running.has(status)) {
        done = true;
        if (status !== "Complete") throw new Error(`the query ended as ${status}`);
        return inOrder(results);
      }
      await sleep(pollMs, undefined, { signal: abortSignal });
    }
  } finally {
    if (!done) await stop({ aws, client }, queryId);
  }
};

/** Whoever gives up before it has an id waits no longer. The query may have begun all the same: its id is still waited for, to stop it. */
const begun = async (
  opened: Opened,
  start: InstanceType<Opened["aws"]["StartQueryCommand"]>,
  abortSignal: AbortSignal,
): Promise<string | undefined> => {
  abortSignal.throwIfAborted();
  const started = opened.client.send(start, { abortSignal: AbortSignal.timeout(startMs) });
  const gaveUp = Promise.withResolvers<never>();
  const leave = (): void => {
    started.then(({ queryId }) => stop(opened, queryId)).catch(() => undefined);
    gaveUp.reject(abortSignal.reason);
  };
  abortSignal.addEventListener("abort", leave, { once: true });
  try {
    return (await Promise.race([started, gaveUp.promise])).queryId;
  } finally {
    abortSignal.removeEventListener("abort", leave);
  }
};

const stop = async ({ aws, client }: Opened, queryId: string | undefined): Promise<void> => {
  const given = { abortSignal: AbortSignal.timeout(stopMs) };
  // It may have ended by itself in between; what is told is why the wait ended, not this.
  await client.send(new aws.StopQueryCommand({ queryId }), given).catch(() => undefined);
};
