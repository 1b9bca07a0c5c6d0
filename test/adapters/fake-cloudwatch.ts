import type { Asked, Script } from "./scripted-server.ts";

export interface Event {
  /** Milliseconds since 1970. */
  timestamp: number;
  message: string;
}
export type Group = Record<string, Event[]>;

export interface CloudWatchWorld {
  groups: Record<string, Group>;
  /** Events a page. */
  page?: number;
  /** Queries that never end. */
  hangs?: boolean;
  refuse?: (target: string) => { type: string; message: string } | undefined;
}

interface Body {
  logGroupName: string;
  logStreamNames?: string[];
  startTime: number;
  endTime: number;
  startFromHead?: boolean;
  nextToken?: string;
  queryString?: string;
}

export const targetOf = ({ headers }: Asked): string => String(headers["x-amz-target"]).split(".")[1] ?? "";

const eventsIn = (group: Group, { startTime, endTime }: Body, factor: number) =>
  Object.entries(group).flatMap(([logStreamName, events]) =>
    events
      .filter(({ timestamp }) => timestamp >= startTime * factor && timestamp <= endTime * factor)
      .map((event, index) => ({ ...event, logStreamName, eventId: `${logStreamName}-${index}` })),
  );

/** Of a query only `like` is understood, which is all that is asked here. */
const resultsOf = (groups: CloudWatchWorld["groups"], query: Body) => {
  const wanted = [...(query.queryString ?? "").matchAll(/like "([^"]+)"/g)].map(([, text = ""]) => text);
  return eventsIn(groups[query.logGroupName] ?? {}, query, 1000)
    .filter(({ message, logStreamName }) =>
      wanted.some((text) => message.includes(text) || logStreamName.includes(text)),
    )
    .sort((a, b) => b.timestamp - a.timestamp)
    .map(({ timestamp, message, logStreamName }) => [
      { field: "@timestamp", value: new Date(timestamp).toISOString().replace("T", " ").replace("Z", "") },
      { field: "@message", value: message },
      { field: "@logStream", value: logStreamName },
      { field: "@ptr", value: "x" },
    ]);
};

const filtered = (group: Group, body: Body, page: number) => {
  const named = Object.fromEntries(Object.entries(group).filter(([name]) => body.logStreamNames?.includes(name)));
  const events = eventsIn(named, body, 1).sort((a, b) => a.timestamp - b.timestamp);
  if (body.startFromHead === false) events.reverse();
  const from = Number(body.nextToken ?? 0);
  const token = from + page < events.length ? { nextToken: String(from + page) } : {};
  return { events: events.slice(from, from + page), ...token };
};

/** Answers in the wire format of CloudWatch Logs. */
export const fakeCloudWatch = ({ groups, page = 10_000, hangs = false, refuse }: CloudWatchWorld): Script => {
  let query: Body | null = null;
  return (asked, response) => {
    const send = (code: number, body: unknown): void =>
      void response.writeHead(code, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    const target = targetOf(asked);
    const refused = refuse?.(target);
    if (refused) return send(400, { __type: refused.type, message: refused.message });
    const body = JSON.parse(asked.body) as Body;
    if (target === "StopQuery") return send(200, { success: true });
    if (target === "GetQueryResults" && hangs) return send(200, { status: "Running", results: [] });
    if (target === "GetQueryResults" && query)
      return send(200, { status: "Complete", results: resultsOf(groups, query) });
    const group = groups[body.logGroupName];
    if (group === undefined)
      return send(400, { __type: "ResourceNotFoundException", message: "The specified log group does not exist." });
    if (target === "DescribeLogStreams")
      return send(200, { logStreams: Object.keys(group).map((logStreamName) => ({ logStreamName })) });
    if (target === "FilterLogEvents") return send(200, filtered(group, body, page));
    query = body;
    send(200, { queryId: "q1" });
  };
};
