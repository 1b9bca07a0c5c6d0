import { z } from "zod";
import type { Series } from "../incident/evidence.ts";
import type { Clock } from "../ports/clock.ts";
import type { Metrics } from "../ports/metrics.ts";
import { PortError } from "../ports/port-error.ts";
import { jsonOf } from "./bounded-body.ts";
import { callHttp } from "./http-call.ts";
import { reasonOfStatus } from "./transport-error.ts";

export interface PrometheusSource {
  /** Address with its path prefix, as Thanos, Mimir and VictoriaMetrics have one. */
  url: string;
  token: string | null;
  /** user:password */
  basicAuth: string | null;
  /** For example X-Scope-OrgID. */
  headers: Record<string, string>;
  deadlineMs?: number;
  maxBytes?: number;
}

const mostSeries = 200;
const mostPoints = 240;

const Point = z.tuple([z.number(), z.string()]);
const Labels = z.record(z.string(), z.string());
const Result = z.discriminatedUnion("resultType", [
  z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: Labels, value: Point.optional() })) }),
  z.object({
    resultType: z.literal("matrix"),
    result: z.array(z.object({ metric: Labels, values: z.array(Point).optional() })),
  }),
  z.object({ resultType: z.literal("scalar"), result: Point }),
]);
const Success = z.object({ status: z.literal("success"), data: Result });
const Failure = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

/** Values travel as text; NaN and infinities are no measurement and would not survive JSON. */
const finite = (points: [number, string][]): [number, number][] =>
  points.map(([time, value]): [number, number] => [time, Number(value)]).filter(([, value]) => Number.isFinite(value));

const seriesOf = (data: z.infer<typeof Result>): Series[] => {
  switch (data.resultType) {
    case "scalar":
      return [{ labels: {}, points: finite([data.result]) }];
    case "vector":
      return data.result.map(({ metric, value }) => ({ labels: metric, points: finite(value ? [value] : []) }));
    case "matrix":
      return data.result.map(({ metric, values }) => ({ labels: metric, points: finite(values ?? []) }));
  }
};

const bounded = (data: z.infer<typeof Result>): Series[] =>
  seriesOf(data)
    .filter(({ points }) => points.length > 0)
    .slice(0, mostSeries)
    .map(({ labels, points }) => ({ labels, points: points.slice(-mostPoints) }));

const authorization = ({ token, basicAuth }: PrometheusSource): Record<string, string> => {
  if (token !== null) return { authorization: `Bearer ${token}` };
  if (basicAuth !== null) return { authorization: `Basic ${Buffer.from(basicAuth).toString("base64")}` };
  return {};
};

const reasons: Record<string, PortError["reason"]> = {
  bad_data: "invalid",
  execution: "invalid",
  timeout: "timeout",
  canceled: "timeout",
  unavailable: "failed",
  internal: "failed",
};

const json = (text: string): unknown => {
  try {
    return jsonOf(text);
  } catch {
    // Proxies and unknown paths answer in plain text; the status below then says what happened.
    return null;
  }
};

const read = (status: number, text: string, what: string): Series[] => {
  const body = json(text);
  const failure = Failure.safeParse(body);
  if (failure.success) {
    const { errorType, error } = failure.data;
    throw new PortError("metrics", reasons[errorType] ?? reasonOfStatus(status), `${what}: ${error.slice(0, 1000)}`);
  }
  if (status !== 200) {
    throw new PortError("metrics", reasonOfStatus(status), `${what} answered ${status}: ${text.trim().slice(0, 300)}`);
  }
  const success = Success.safeParse(body);
  if (success.success) return bounded(success.data.data);
  throw new PortError("metrics", "invalid", `${what} did not answer as Prometheus does; is PROMETHEUS_URL right?`);
};

const ask = (
  source: PrometheusSource,
  endpoint: string,
  form: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Series[]> => {
  const { deadlineMs = 5_000, maxBytes = 4 * 1024 * 1024 } = source;
  const what = `${endpoint} ${form.query?.slice(0, 300)}`;
  const url = `${source.url.replace(/\/+$/, "")}/api/v1/${endpoint}`;
  const init: RequestInit = {
    method: "POST",
    headers: { ...source.headers, ...authorization(source) },
    body: new URLSearchParams({ ...form, timeout: `${Math.max(1, Math.ceil(deadlineMs / 1000))}s` }),
    // A redirect turns POST into GET and would carry the query elsewhere.
    redirect: "manual",
  };
  const limits = { signal, deadlineMs, maxBytes, whenTooLarge: "ask for less" };
  return callHttp({ port: "metrics", what, url, init, ...limits }, ({ status }, text) => read(status, text, what));
};

/** Ends are inclusive, so 240 points have 239 steps between them. */
export const stepSeconds = (minutes: number): number => Math.max(15, Math.ceil((minutes * 60) / (mostPoints - 1)));

export const prometheus = (source: PrometheusSource, clock: Clock): Metrics => ({
  instant: (query, signal) => ask(source, "query", { query }, signal),
  range: (query, minutes, signal) => {
    const end = Math.floor(clock.now().getTime() / 1000);
    const form = { query, start: String(end - minutes * 60), end: String(end), step: String(stepSeconds(minutes)) };
    return ask(source, "query_range", form, signal);
  },
});
