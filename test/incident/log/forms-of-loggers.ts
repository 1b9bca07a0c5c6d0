import { type Form, javaTrace, json, nodeTrace, time, two, user } from "./form.ts";

export const ofLoggers: Record<string, Form> = {
  "pino, level by number": {
    day: (n) => json({ level: 30, time: 1795399210000 + n, pid: 1, msg: "request done", user: user(n), ms: n % 90 }),
    why: [json({ level: 60, time: 1795399210000, pid: 1, msg: "tenant 7 is over its quota, going down" })],
  },
  "pino with a trace": {
    day: (n) => json({ level: 30, time: n, msg: `took ${n}` }),
    why: [json({ level: 50, time: 1, err: { type: "Error", message: "quota", stack: nodeTrace }, msg: "quota" })],
  },
  bunyan: {
    day: (n) => json({ name: "shop", hostname: "h", pid: 1, level: 30, msg: `GET /cart/${n}`, v: 0 }),
    why: [json({ name: "shop", hostname: "h", pid: 1, level: 60, msg: "schema 12 wanted, 11 is there", v: 0 })],
  },
  zap: {
    day: (n) => json({ level: "info", ts: 1795399210.1 + n, caller: "http/log.go:12", msg: "done", error: "" }),
    why: [
      json({
        level: "fatal",
        ts: 1,
        caller: "main.go:41",
        msg: "schema 12 wanted, 11 is there",
        stacktrace: "main.run\n\t/app/main.go:41\nmain.main\n\t/app/main.go:12",
      }),
    ],
  },
  "zap in development": {
    day: (n) => `${time(n)}.000Z\tINFO\thttp/log.go:12\tdone\t{"ms": ${n}}`,
    why: [
      `${time(1)}.000Z\tDPANIC\tmain.go:41\tschema 12 wanted, 11 is there`,
      "main.run",
      "\t/app/main.go:41",
      "main.main",
      "\t/app/main.go:12",
    ],
  },
  "logrus as text": {
    day: (n) => `time="${time(n)}Z" level=info msg="request done" user=${user(n)} ms=${n}`,
    why: [`time="${time(1)}Z" level=fatal msg="schema 12 wanted, 11 is there"`],
  },
  "logrus on a terminal": {
    day: (n) => `INFO[${String(n).padStart(4, "0")}] request done   user=${user(n)}`,
    why: ["FATA[0012] schema 12 wanted, 11 is there   store=main"],
  },
  "zerolog in colours": {
    day: (n) => `\u001b[90m2:${two(n)}AM\u001b[0m \u001b[32mINF\u001b[0m request done \u001b[36mms=\u001b[0m${n}`,
    why: ["\u001b[90m2:12AM\u001b[0m \u001b[31mFTL\u001b[0m schema 12 wanted, 11 is there"],
  },
  "zerolog, ERR in colours": {
    day: (n) => `\u001b[90m2:${two(n)}AM\u001b[0m \u001b[32mINF\u001b[0m request done`,
    why: ["\u001b[90m2:12AM\u001b[0m \u001b[1m\u001b[31mERR\u001b[0m\u001b[0m schema 12 wanted, 11 is there"],
  },
  "slog as text": {
    day: (n) => `time=${time(n)}.000Z level=INFO msg="request done" ms=${n}`,
    why: [`time=${time(1)}.000Z level=ERROR msg="schema 12 wanted, 11 is there" store=main`],
  },
  klog: {
    day: (n) => `I1127 02:${two(n)}:${two(n)}.000000       1 log.go:${n}] request done`,
    why: ["F1127 02:12:01.000000       1 main.go:41] schema 12 wanted, 11 is there"],
  },
  "klog, E": {
    day: (n) => `I1127 02:${two(n)}:${two(n)}.000000       1 reflector.go:12] "Synced" resource="pods" n=${n}`,
    why: ['E1127 02:12:01.000000       1 leader.go:41] "Lease is held by another" holder="b"'],
  },
  "serilog, compact JSON": {
    day: (n) => json({ "@t": `${time(n)}Z`, "@mt": "Handled {Path}", Path: `/cart/${n}` }),
    why: [
      json({
        "@t": `${time(1)}Z`,
        "@mt": "Schema 12 wanted",
        "@l": "Fatal",
        "@x": "System.InvalidOperationException: schema\n   at Shop.Start() in /app/Start.cs:line 12",
      }),
    ],
  },
  "serilog on a terminal": {
    day: (n) => `[02:${two(n)}:01 INF] Handled /cart/${n}`,
    why: [
      "[02:12:01 FTL] Schema 12 wanted, 11 is there",
      "System.InvalidOperationException: schema",
      "   at Shop.Start() in /app/Start.cs:line 12",
    ],
  },
  "console of .NET": {
    day: (n) => `info: Shop.Http[${n}]\n      Handled /cart/${n}`,
    why: [
      "crit: Shop.Start[0]",
      "      Schema 12 wanted, 11 is there",
      "      at Shop.Start() in /app/Start.cs:line 12",
    ],
  },
  "console of .NET, fail": {
    day: (n) => `info: Shop.Http[${n}]\n      Handled /cart/${n}`,
    why: ["fail: Shop.Start[0]", "      Schema 12 wanted, 11 is there"],
  },
  "log4j with its trace": {
    day: (n) => `2026-11-27 02:${two(n)}:01,123 INFO  [http-${n % 9}] shop.Access - ${user(n)} GET /cart/${n}`,
    why: ["2026-11-27 02:12:01,123 ERROR [main] shop.Pool - closing", ...javaTrace(20).split("\n")],
  },
  "log4j in JSON, long trace in one line": {
    day: (n) => json({ instant: { epochSecond: n }, level: "INFO", loggerName: "shop", message: `GET /cart/${n}` }),
    why: [
      json({
        instant: { epochSecond: 1 },
        level: "ERROR",
        message: "closing",
        thrown: { extendedStackTrace: javaTrace(150) },
      }),
    ],
  },
  "logstash encoder": {
    day: (n) =>
      json({ "@timestamp": time(n), "@version": "1", message: `GET /cart/${n}`, level: "INFO", level_value: 20000 }),
    why: [
      json({
        "@timestamp": time(1),
        message: "closing",
        level: "ERROR",
        level_value: 40000,
        stack_trace: javaTrace(30),
      }),
    ],
  },
  "Stackdriver, severity": {
    day: (n) => json({ severity: "INFO", message: `GET /cart/${n}`, time: time(n) }),
    why: [json({ severity: "ALERT", message: "schema 12 wanted, 11 is there", time: time(1) })],
  },
  "GELF, level as syslog has it": {
    day: (n) => json({ version: "1.1", host: "h", short_message: `GET /cart/${n}`, level: 6 }),
    why: [json({ version: "1.1", host: "h", short_message: "schema 12 wanted, 11 is there", level: 2 })],
  },
  "winston, level last": {
    day: (n) => json({ message: `GET /cart/${n}`, level: "info" }),
    why: [json({ message: "schema 12 wanted, 11 is there", level: "error" })],
  },
  logfmt: {
    day: (n) => `ts=${time(n)}Z lvl=info msg="request done" ms=${n}`,
    why: [`ts=${time(1)}Z lvl=crit msg="schema 12 wanted, 11 is there"`],
  },
  "logfmt, eror": {
    day: (n) => `t=${time(n)}+0000 lvl=info msg="request done" ms=${n}`,
    why: [`t=${time(1)}+0000 lvl=eror msg="schema 12 wanted, 11 is there"`],
  },
};
