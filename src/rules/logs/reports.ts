/** Spans, metrics, crash reports and the like, that could not be sent. */
const watching =
  "(?:spans?|traces?|metrics?|telemetry|otlp|otel|opentelemetry|sentry|bugsnag|rollbar|honeybadger|new ?relic|datadog|ddtrace|statsd|jaeger|zipkin|apm|pushgateway|exporter|crash|analytics|heartbeats?|log (?:batch|entries|records))";
const sending =
  "(?:export\\w*|send\\w*|sent|flush\\w*|push\\w*|upload\\w*|report\\w*|ship\\w*|emit\\w*|deliver\\w*|post(?:ing)?|drop\\w*)";
const unsent = new RegExp(`\\b${sending}\\b.{0,60}\\b${watching}\\b|\\b${watching}\\b.{0,60}\\b${sending}\\b`, "i");

/** Said of what watches the program, and not of the program. */
export const reportsOnly = (text: string): boolean => unsent.test(text.slice(0, 500));

export const isFatal = (whole: string): boolean => /\b(?:fatal|panic|critical|emerg)\b/i.test(whole.slice(0, 200));
