import { z } from "zod";
import { shellQuoted } from "../incident/shell-quoted.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogQuery, Logs, LogText } from "../ports/logs.ts";
import { PortError } from "../ports/port-error.ts";
import { within } from "../ports/with-timeout.ts";
import { jsonOf } from "./bounded-body.ts";
import { unwrapped } from "./envelope.ts";
import { callHttp } from "./http-call.ts";
import { type KeptLine, logOf } from "./kept-lines.ts";
import { containerIn, type LabelNames, type LogPart, labelNames, logQl } from "./loki-labels.ts";
import { reasonOfStatus } from "./transport-error.ts";

export interface LokiSource {
  /** Address with its path prefix, without /loki/api/v1. */
  url: string;
  /** X-Scope-OrgID; several as a|b. */
  tenant: string | null;
  token: string | null;
  /** user:password */
  basicAuth: string | null;
  /** Labels that tell namespace, pod and container; what is not named here is looked for among the usual ones. */
  labels: Partial<Record<LogPart, string>>;
  /** Of one request, which has no more than what is left of the question's. */
  deadlineMs?: number;
  questionMs?: number;
  maxBytes?: number;
}

/** Loki gives that many lines at once, unless it was told otherwise. */
const mostLines = 5_000;
const lookBackMs = 24 * 3_600_000;
const labelsMs = 10 * 60_000;
/** Of what lies before the last lines, those that may tell why. */
const telling =
  "(?i)error|exception|fatal|panic|traceback|critical|fail|refused|denied|cannot|unable|killed|starting|started";

const Labels = z.object({ status: z.literal("success"), data: z.array(z.string()).default([]) });
const Streams = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("streams"),
    result: z.array(
      z.object({
        stream: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.string().regex(/^\d{1,20}$/), z.string()]).rest(z.unknown())),
      }),
    ),
  }),
});

const headers = ({ tenant, token, basicAuth }: LokiSource): Record<string, string> => ({
  ...(tenant === null ? {} : { "x-scope-orgid": tenant }),
  ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  ...(basicAuth === null ? {} : { authorization: `Basic ${Buffer.from(basicAuth).toString("base64")}` }),
});

/** What to do about it, where the status tells. */
const hintFor = (status: number, said: string): string => {
  if (/no org id/i.test(said)) return "; this Loki has tenants: set LOKI_TENANT";
  if (status === 401 || status === 403) return "; are LOKI_TOKEN or LOKI_BASIC_AUTH, and LOKI_TENANT, right?";
  if (status === 404) return "; is LOKI_URL the address of Loki, without /loki/api/v1?";
  if (status === 429) return "; Loki is at its limits: it is asked again with the next look";
  return "";
};

const json = (text: string): unknown => {
  try {
    return jsonOf(text);
  } catch {
    // Loki refuses in plain text, and proxies in HTML; the status then says what happened.
    return null;
  }
};

const ask = async <T>(
  source: LokiSource,
  endpoint: string,
  query: Record<string, string>,
  form: z.ZodType<T>,
  signal: AbortSignal | undefined,
): Promise<T> => {
  const { deadlineMs = 8_000, maxBytes = 16 * 1024 * 1024 } = source;
  const asked = `${endpoint} ${query.query ?? ""}`.trim();
  const base = source.url.replace(/\/+$/, "").replace(/\/loki\/api\/v1$/, "");
  const url = `${base}/loki/api/v1/${endpoint}?${new URLSearchParams(query)}`;
  // A redirect would carry the credentials elsewhere.
  const init: RequestInit = { headers: headers(source), redirect: "manual" };
  const call = { port: "logs", what: `Loki ${asked}`, url, init, signal, deadlineMs, maxBytes };
  return callHttp(call, ({ status }, text) => {
    if (status !== 200) {
      const said = text.trim().slice(0, 500);
      const why = `Loki answered ${status} to ${asked}: ${said}${hintFor(status, said)}`;
      throw new PortError("logs", reasonOfStatus(status), why);
    }
    const answer = form.safeParse(json(text));
    if (answer.success) return answer.data;
    throw new PortError("logs", "invalid", `${asked} did not answer as Loki does; is LOKI_URL right?`);
  });
};

const nanoseconds = (ms: number): string => `${ms}000000`;

/** Loki's own words: there is no code for it. */
const allowedLines = (error: unknown): number | null => {
  if (!(error instanceof PortError) || error.reason !== "invalid") return null;
  const [, most] = /max entries limit[^(]*\(\d+ > (\d+)\)/.exec(error.message) ?? [];
  return most === undefined ? null : Number(most);
};

interface Span {
  start: string;
  end: string;
}

export interface Loki extends Logs {
  /** Which labels are used, for people; throws what is wrong. */
  check(): Promise<string>;
}

export const loki = (source: LokiSource, clock: Clock): Loki => {
  let probed: { names: LabelNames; at: number } | null = null;

  const probe = async (now: number, signal: AbortSignal | undefined): Promise<LabelNames> => {
    if (probed !== null && now - probed.at < labelsMs) return probed.names;
    const span = { start: nanoseconds(now - lookBackMs), end: nanoseconds(now) };
    const { data } = await ask(source, "labels", span, Labels, signal);
    const names = labelNames(data, source.labels);
    if (names === null) {
      const why =
        data.length === 0
          ? "Loki has no labels at all in the last 24 h; is anything sent to it, and is LOKI_TENANT right?"
          : `Loki has the labels ${data.slice(0, 30).join(", ")}: set LOKI_LABELS to namespace=…,pod=…,container=…`;
      throw new PortError("logs", "invalid", why);
    }
    probed = { names, at: now };
    return names;
  };

  const lines = async (names: LabelNames, query: string, span: Span, limit: number, signal?: AbortSignal) => {
    const form = { query, ...span, limit: String(limit), direction: "backward" };
    const { data } = await ask(source, "query_range", form, Streams, signal);
    return data.result.flatMap(({ stream, values }) => {
      const container = containerIn(names, stream);
      return values.map(([at, line]): KeptLine => {
        const { text, whose } = unwrapped(line);
        return { at, text, container: container ?? whose.container };
      });
    });
  };

  /** The last lines; where there are more than come at once, of those before them the ones that may tell why. */
  const read = async (names: LabelNames, query: string, span: Span, limit: number, signal?: AbortSignal) => {
    const last = await lines(names, query, span, limit, signal);
    if (last.length < limit) return { lines: last, more: false };
    const oldest = last.reduce((least, { at }) => (BigInt(at) < BigInt(least) ? at : least), span.end);
    const early = await lines(names, `${query} |~ ${JSON.stringify(telling)}`, { ...span, end: oldest }, limit, signal);
    return { lines: [...early, ...last], more: true };
  };

  const answer = async (asked: LogQuery, signal: AbortSignal): Promise<LogText | null> => {
    const now = clock.now().getTime();
    const names = await probe(now, signal);
    const query = logQl(names, asked);
    const to = asked.to === undefined ? now : Date.parse(asked.to);
    const from = asked.from === undefined ? to - lookBackMs : Date.parse(asked.from);
    const span = { start: nanoseconds(from), end: nanoseconds(to) };
    const found = await read(names, query, span, mostLines, signal).catch((error: unknown) => {
      const most = allowedLines(error);
      if (most === null) throw error;
      return read(names, query, span, most, signal);
    });
    const log = logOf(found.lines, asked.container);
    const times = `--from=${new Date(from).toISOString()} --to=${new Date(to).toISOString()}`;
    const command = `logcli --addr="$LOKI_URL" query ${times} --limit=${mostLines} ${shellQuoted(query)}`;
    return log && { ...log, truncated: log.truncated || found.more, from: "loki", command };
  };

  const logs = (asked: LogQuery, signal?: AbortSignal): Promise<LogText | null> => {
    const { questionMs: ms = 12_000 } = source;
    const what = `Loki, asked for the log of ${asked.namespace}/${asked.pod},`;
    return within({ port: "logs", what, ms, signal }, (inner) => answer(asked, inner));
  };

  const check = async (): Promise<string> => {
    probed = null;
    const { indexed, beside } = await probe(clock.now().getTime(), undefined);
    const told = (["namespace", "pod", "container"] as const).map(
      (part) => `${part} by ${indexed[part] ?? `${beside[part].join(" or ")} beside the line`}`,
    );
    return `${source.url}: ${told.join(", ")}`;
  };

  return { name: "loki", logs, check };
};
