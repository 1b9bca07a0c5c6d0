import { expect, test } from "vitest";
import { logReducer } from "../../../src/incident/log/reduce.ts";

/** One way to write logs: what is said all day, and the one thing that tells why it died, with what belongs to it. */
interface Form {
  day: (n: number) => string;
  why: string[];
}

const two = (n: number): string => String(n % 60).padStart(2, "0");
const time = (n: number): string => `2026-11-27T02:${two(n)}:${two(n * 7)}`;
const json = (fields: object): string => JSON.stringify(fields);
const javaTrace = (frames: number): string =>
  `java.lang.IllegalStateException: pool is closed\n${Array.from({ length: frames }, (_, n) => `\tat shop.Pool.step${n}(Pool.java:${n})`).join("\n")}\nCaused by: java.io.EOFException: the peer has gone away`;
const nodeTrace =
  "Error: quota of tenant 7 is used up\n    at check (/app/quota.js:12:9)\n    at run (/app/main.js:40:3)";
const user = (n: number): string => ["ana", "ben", "cleo", "dan"][n % 4] ?? "";

const forms: Record<string, Form> = {
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
  "Python, logging": {
    day: (n) => `2026-11-27 02:${two(n)}:01,123 - shop - INFO - GET /cart/${n}`,
    why: ["2026-11-27 02:12:01,123 - shop - CRITICAL - schema 12 wanted, 11 is there"],
  },
  "Python, a trace with CRLF": {
    day: (n) => `INFO:shop:GET /cart/${n}\r`,
    why: [
      "Traceback (most recent call last):\r",
      '  File "/app/main.py", line 3, in <module>\r',
      "    run()\r",
      "shop.SchemaTooOld: 12 wanted, 11 is there\r",
    ],
  },
  "Python, two traces": {
    day: (n) => `INFO:shop:GET /cart/${n}`,
    why: [
      "Traceback (most recent call last):",
      '  File "/app/main.py", line 3, in run',
      "KeyError: 'schema'",
      "",
      "During handling of the above exception, another exception occurred:",
      "",
      "Traceback (most recent call last):",
      '  File "/app/main.py", line 9, in <module>',
      "shop.SchemaTooOld: 12 wanted, 11 is there",
    ],
  },
  "Node, uncaught": {
    day: (n) => `GET /cart/${n} 200 ${n % 90} ms`,
    why: [
      "/app/quota.js:12",
      "    throw new QuotaUsedUp(tenant);",
      "    ^",
      "",
      "QuotaUsedUp: tenant 7 is over its quota",
      "    at check (/app/quota.js:12:9)",
      "    at run (/app/main.js:40:3) {",
      "  tenant: 7",
      "}",
      "",
      "Node.js v24.1.0",
    ],
  },
  "Node, in colours": {
    day: (n) => `\u001b[32m[Nest] 1  - \u001b[39m02:${two(n)} \u001b[32m    LOG\u001b[39m GET /cart/${n}`,
    why: [
      "\u001b[31m[Nest] 1  - \u001b[39m02:12 \u001b[31m  ERROR\u001b[39m \u001b[31mover quota\u001b[39m",
      "\u001b[90m    at check (/app/quota.js:12:9)\u001b[39m",
      "\u001b[90m    at run (/app/main.js:40:3)\u001b[39m",
    ],
  },
  "Go, a panic": {
    day: (n) => `2026/11/27 02:${two(n)}:01 GET /cart/${n}`,
    why: [
      "panic: schema 12 wanted, 11 is there",
      "",
      "goroutine 1 [running]:",
      "main.open(...)",
      "\t/app/main.go:12",
      "main.main()",
      "\t/app/main.go:41 +0x1d",
      "exit status 2",
    ],
  },
  "Go, log.Fatal": {
    day: (n) => `2026/11/27 02:${two(n)}:01 GET /cart/${n}`,
    why: ["2026/11/27 02:12:01 dial tcp 10.0.0.7:5432: connect: connection refused"],
  },
  "Rust, a panic": {
    day: (n) => `[${time(n)}Z INFO  shop::http] GET /cart/${n}`,
    why: [
      "thread 'main' panicked at src/main.rs:12:9:",
      "schema 12 wanted, 11 is there",
      "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    ],
  },
  "Rust, tracing in colours": {
    day: (n) => `\u001b[2m${time(n)}Z\u001b[0m \u001b[32m INFO\u001b[0m \u001b[2mshop\u001b[0m: GET /cart/${n}`,
    why: [
      `\u001b[2m${time(1)}Z\u001b[0m \u001b[31mERROR\u001b[0m \u001b[2mshop\u001b[0m: schema 12 wanted, 11 is there`,
    ],
  },
  "Ruby, a trace": {
    day: (n) => `I, [${time(n)} #1]  INFO -- : GET /cart/${n}`,
    why: [
      "/app/main.rb:12:in `open': schema 12 wanted, 11 is there (Shop::SchemaTooOld)",
      "\tfrom /app/main.rb:40:in `run'",
      "\tfrom /app/main.rb:41:in `<main>'",
    ],
  },
  "Ruby, logger": {
    day: (n) => `I, [${time(n)} #1]  INFO -- : GET /cart/${n}`,
    why: [`F, [${time(1)} #1] FATAL -- : schema 12 wanted, 11 is there`],
  },
  "PHP, monolog": {
    day: (n) => `[${time(n)}] app.INFO: GET /cart/${n} {"ms":${n}} []`,
    why: [
      `[${time(1)}] app.EMERGENCY: schema 12 wanted, 11 is there {} []`,
      "#0 /app/main.php(12): Shop->open()",
      "#1 {main}",
    ],
  },
  nginx: {
    day: (n) => `10.0.0.${n % 200} - - [27/Nov/2026:02:${two(n)}:01 +0000] "GET /cart/${n} HTTP/1.1" 200 512`,
    why: ["2026/11/27 02:12:01 [crit] 12#12: pwrite() of the cache ended short: 0 of 4096 bytes"],
  },
  Postgres: {
    day: (n) => `2026-11-27 02:${two(n)}:01.123 UTC [${n}] LOG:  connection received: host=10.0.0.7 port=${n}`,
    why: [
      "2026-11-27 02:12:01.123 UTC [1] PANIC:  WAL segment 000000010000000000000007 ends short",
      "2026-11-27 02:12:01.123 UTC [1] HINT:  Restore it from the archive.",
    ],
  },
  MySQL: {
    day: (n) => `${time(n)}.123456Z ${n} [Note] [MY-010051] [Server] Event Scheduler: scheduler thread with id ${n}`,
    why: [`${time(1)}.123456Z 0 [ERROR] [MY-012592] [InnoDB] Operating system number 28 in a file operation.`],
  },
  Redis: {
    day: (n) => `1:M 27 Nov 2026 02:${two(n)}:01.123 * ${n} changes in 60 seconds. Saving...`,
    why: [
      "1:M 27 Nov 2026 02:12:01.123 # Bad file format reading the append only file: make a backup, then use redis-check-aof",
    ],
  },
  "the runtime's own prefix": {
    day: (n) => `${time(n)}.123456789Z stdout F GET /cart/${n}`,
    why: [`${time(1)}.123456789Z stderr F FATAL: schema 12 wanted, 11 is there`],
  },
  "systemd, as in a journal": {
    day: (n) => `Nov 27 02:${two(n)}:01 h shop[1]: GET /cart/${n}`,
    why: ["Nov 27 02:12:01 h shop[1]: Assertion `schema == 12' at open.c:12, going down"],
  },
  "C, a sanitizer": {
    day: (n) => `served ${n}`,
    why: [
      "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x60",
      "    #0 0x4f in open /app/open.c:12",
      "    #1 0x5f in main /app/main.c:40",
    ],
  },
  "Erlang and Elixir": {
    day: (n) => `02:${two(n)}:01.123 [info] GET /cart/${n}`,
    why: [
      "02:12:01.123 [error] GenServer Shop.Pool terminating",
      "** (Shop.SchemaTooOld) 12 wanted, 11 is there",
      "    (shop 1.0.0) lib/pool.ex:12: Shop.Pool.open/1",
    ],
  },
};

const alphabet = "abcdefghijklmnopqrstuvwxyz";
const word = (n: number): string => [n % 26, Math.floor(n / 26) % 26, (n * 7) % 26].map((at) => alphabet[at]).join("");
/** More kinds of lines than are told apart, none of which says that something is wrong. */
const babble = Array.from({ length: 900 }, (_, n) => `${word(n)} ${word(n + 300)} ${word(n + 600)} is ${word(n * 3)}`);

/** As the kubelet sends them, each line with its time. */
const stamped = (lines: readonly string[]): string =>
  lines.map((line, n) => `${time(n)}.${100_000_000 + (n % 900)}Z ${line}\n`).join("");
const days = ({ day }: Form, from: number): string[] =>
  Array.from({ length: 3_000 }, (_, n) => day(from + n)).flatMap((text) => text.split("\n"));

const reduced = (text: string): string => {
  const reducer = logReducer();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 10_007) reducer.push(bytes.subarray(at, at + 10_007));
  return reducer.end().text;
};

test.each(Object.entries(forms))("%s: why it died is kept whole in the middle of a day's lines", (_name, form) => {
  const text = stamped([...days(form, 0), ...form.why, ...days(form, 3_000)]);
  const kept = reduced(text);
  expect(form.why.filter((line) => !kept.includes(line))).toEqual([]);
  expect(kept.length).toBeLessThan(text.length / 5);
});

// What says by no level, word or trace that it is trouble is kept only while there are fewer kinds of lines than are told apart.
const unsaid = ["Redis"];
test.each(Object.entries(forms).filter(([name]) => !unsaid.includes(name)))(
  "%s: nor is it lost among more kinds of lines than are told apart",
  (_name, form) => {
    const kept = reduced(stamped([...days(form, 0), ...babble, ...form.why, ...babble, ...days(form, 3_000)]));
    expect(form.why.filter((line) => !kept.includes(line))).toEqual([]);
  },
);

test("control: there, what says by nothing that it is trouble is lost", () => {
  for (const name of unsaid) {
    const { why, ...form } = forms[name] as Form;
    const kept = reduced(
      stamped([...days({ ...form, why }, 0), ...babble, ...why, ...babble, ...days({ ...form, why }, 3_000)]),
    );
    expect(why.some((line) => kept.includes(line))).toBe(false);
  }
});

test("control: the last thousand lines alone would hold none of them", () => {
  for (const form of Object.values(forms)) {
    const tail = stamped([...days(form, 0), ...form.why, ...days(form, 3_000)])
      .split("\n")
      .slice(-1_000)
      .join("\n");
    expect(form.why.some((line) => line.trim() !== "" && tail.includes(line))).toBe(false);
  }
});
