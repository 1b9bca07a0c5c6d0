import { setTimeout as sleep } from "node:timers/promises";
import type { Opened } from "./cloudwatch-client.ts";
import type { Wanted } from "./cloudwatch-layout.ts";

const mostLines = 2_000;
const pollMs = 400;
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
const foundIn = (fields: Fields): Found => {
  const {
    "@timestamp": at = "",
    "@message": message = "",
    "@logStream": stream = "",
  } = Object.fromEntries(fields.map(({ field = "", value = "" }) => [field, value]));
  return { at: Date.parse(`${at.replace(" ", "T")}Z`), message, stream };
};

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
  const { queryId } = await client.send(start, { abortSignal });
  let done = false;
  try {
    for (;;) {
      const { status = "Unknown", results = [] } = await client.send(new aws.GetQueryResultsCommand({ queryId }), {
        abortSignal,
      });
      if (!running.has(status)) {
        done = true;
        if (status !== "Complete") throw new Error(`the query ended as ${status}`);
        return results.map(foundIn).filter(({ at }) => !Number.isNaN(at));
      }
      await sleep(pollMs, undefined, { signal: abortSignal });
    }
  } finally {
    if (!done) await stop({ aws, client }, queryId);
  }
};

const stop = async ({ aws, client }: Opened, queryId: string | undefined): Promise<void> => {
  const given = { abortSignal: AbortSignal.timeout(stopMs) };
  // It may have ended by itself in between; what is told is why the wait ended, not this.
  await client.send(new aws.StopQueryCommand({ queryId }), given).catch(() => undefined);
};
