import { describe, expect, test } from "vitest";
import { commandLine } from "../../src/rules/logs/command-line.ts";
import { lackIn } from "../../src/rules/logs/missing.ts";
import { uncaughtIn } from "../../src/rules/logs/uncaught.ts";
import { afterwords, lastButEmpty, ownLastWords, traces } from "./traces.ts";

describe("after a trace that nobody caught", () => {
  describe.each(traces)("%s", (_, trace, lack, line) => {
    const lines = trace.split("\n");

    test("alone names its own cause", () => {
      expect(uncaughtIn(lines)).toMatchObject({ lack, line, survived: false });
    });

    test.each(afterwords)("%s changes no cause", (_what, after) => {
      const told = uncaughtIn(["INFO starting", ...lines, ...after.split("\n")]);
      expect(told).toMatchObject({ lack, line, survived: false });
    });

    test("all of it together changes no cause", () => {
      const told = uncaughtIn(["INFO starting", ...lines, ...afterwords.flatMap(([, after]) => after.split("\n"))]);
      expect(told).toMatchObject({ lack, line, survived: false });
    });

    test("a command that is not there for what follows changes no cause, unless it is the end", () => {
      const all = [...lines, "/entrypoint.sh: line 9: notify-slack: command not found"];
      expect(commandLine(all, 1)).toBeNull();
      expect(commandLine(all, 127)).toBe(all.at(-1));
    });

    test("the later error counts where the program went on", () => {
      const told = uncaughtIn([...lines, "INFO connected, serving on 8080", "FATAL lookup ledger-db: no such host"]);
      expect(told?.lack).toMatchObject({ kind: "host", name: "ledger-db" });
    });

    test.each(ownLastWords)("%s is the end where it names what was missing: %s", (_what, last, missing) => {
      const told = uncaughtIn([...lines, ...last.split("\n"), "exporter: could not send spans to otel:4317"]);
      expect(told).toMatchObject({ lack: missing, line: last.split("\n")[0], survived: false });
    });

    test.each(lastButEmpty)("%s changes no cause", (_what, after) => {
      expect(uncaughtIn([...lines, after])).toMatchObject({ lack, line, survived: false });
    });

    test("the trace after it counts", () => {
      const later = ["panic: lookup ledger-db: no such host", "", "goroutine 1 [running]:", "main.main()"];
      expect(uncaughtIn([...lines, "retrying in 5s", ...later])?.lack).toMatchObject({ name: "ledger-db" });
    });
  });
});

describe("after a trace that the program had caught", () => {
  const node = [
    "Error: connect ECONNREFUSED 10.0.0.1:6379",
    "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)",
  ];
  const python = [
    "Traceback (most recent call last):",
    '  File "/app/cache.py", line 3, in warm',
    "    r.ping()",
    "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.",
  ];
  const ruby = [
    '/app/cache.rb:4:in `connect\': Connection refused - connect(2) for "cache" port 6379 (Errno::ECONNREFUSED)',
    "\tfrom /app/boot.rb:12:in `<main>'",
  ];

  test.each([node, python, ruby].map((trace) => [trace[0], trace] as const))("%s", (_head, trace) => {
    expect(uncaughtIn(trace)?.lack).toMatchObject({ kind: "host", port: 6379 });
    for (const last of ["FATAL: environment variable DATABASE_URL is required", "ERROR: DATABASE_URL must be set"])
      expect(uncaughtIn([...trace, last])).toMatchObject({
        lack: { kind: "variable", name: "DATABASE_URL" },
        line: last,
        survived: false,
      });
    for (const last of ["FATAL: exiting", "FATAL: shutdown hook failed: lookup consul: no such host"])
      expect(uncaughtIn([...trace, last])?.lack).toMatchObject({ kind: "host", port: 6379 });
  });
});

test.each([
  "setting HTTPServer is missing",
  "Invalid setting DATABaseUrl: bad",
  "environment variable ABC_def not set",
])("part of a word is no variable: %s", (line) => {
  expect(lackIn(line)).toBeNull();
});

test("a message that opens a list is read to its end", () => {
  const lines = ["Traceback (most recent call last):", '  File "/app/main.py", line 3, in <module>'];
  const told = uncaughtIn([
    ...lines,
    "RuntimeError: bad settings:",
    "LEDGER_DSN is not set",
    "",
    "API_TOKEN is not set",
  ]);
  expect(told?.lack).toMatchObject({ kind: "variable", name: "LEDGER_DSN" });
});

describe("after an error that a logger printed", () => {
  const handled = [
    "2026-11-27 03:00:03,000 ERROR app.main could not start",
    "Traceback (most recent call last):",
    '  File "/app/main.py", line 3, in <module>',
    "ValueError: rate must be positive",
  ];
  const spring = [
    "2026-11-27T03:00:03.911Z ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed",
    "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'ledger'",
    "\tat org.springframework.beans.factory.Factory.initializeBean(Factory.java:1806)",
    "Caused by: java.lang.IllegalStateException: ledger is out of balance",
    "\tat com.acme.Ledger.check(Ledger.java:41)",
  ];
  const json = ['{"level":"fatal","msg":"ledger is out of balance","stack":"main.main\\n\\t/src/main.go:66"}'];
  const reports = [
    "2026-11-27 03:00:04,112 ERROR opentelemetry.exporter Failed to export traces to otel-collector:4317, error: connection refused",
    "2026-11-27T03:00:04.112Z  WARN 1 --- [       Thread-1] i.o.exporter.internal.http.HttpExporter   : Failed to export spans. Failed to connect to otel-collector/10.0.0.4:4317",
    '{"level":"error","msg":"statsd: could not send metrics: dial tcp: lookup statsd: no such host"}',
    "WARN could not send crash report: SENTRY_DSN is not set",
  ];
  const advice = ["Set the LEDGER_MODE environment variable to override", "WARN REDIS_URL is not set, cache is off"];

  test.each(
    [handled, spring, json].flatMap((lines) =>
      [...reports, ...advice].map((after) => [lines[0], after, lines] as const),
    ),
  )("%s keeps its cause before: %s", (_head, after, lines) => {
    const told = uncaughtIn([...lines, after]);
    expect(told?.lack).toBeNull();
    expect(told?.line).toBe(uncaughtIn(lines)?.line);
  });

  test.each(reports.filter((_, at) => at % 2 === 0))("with no other error it is what there is: %s", (line) => {
    expect(uncaughtIn(["INFO starting", line])?.lack?.kind).toBe("host");
  });

  test("an exporter that is fatal is the end", () => {
    const line = "FATAL could not start exporter, sending spans: dial tcp: lookup otel: no such host";
    expect(uncaughtIn([...handled, line])?.lack).toMatchObject({ kind: "host", name: "otel" });
  });

  test("another error after it is the end", () => {
    expect(uncaughtIn([...handled, "ERROR password authentication failed for user app"])?.lack?.kind).toBe(
      "credential",
    );
  });
});
