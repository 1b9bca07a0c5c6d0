import { type Form, time, two } from "./form.ts";

export const ofPrograms: Record<string, Form> = {
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
  "C++, AddressSanitizer with the stacks of who freed it and who made it": {
    day: (n) => `request ${n} handled in ${n % 50} ms`,
    why: [
      "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x0000004f8e1a bp 0x7ffc sp 0x7ffc",
      "READ of size 4 at 0x602000000010 thread T0",
      "    #0 0x4f8e19 in order_total /src/cart.cc:42:12",
      "    #1 0x4f8f20 in main /src/main.cc:10:3",
      "    #2 0x7f3d in __libc_start_main (/lib/libc.so.6+0x2409a)",
      "",
      "0x602000000010 is located 0 bytes inside of 16-byte region [0x602000000010,0x602000000020)",
      "freed by thread T0 here:",
      "    #0 0x4c4b in operator delete(void*) (/app+0x4c4b)",
      "    #1 0x4f8d in release_cart /src/cart.cc:30:3",
      "    #2 0x4f8f in main /src/main.cc:9:3",
      "",
      "previously allocated by thread T0 here:",
      "    #0 0x4c3b in operator new(unsigned long) (/app+0x4c3b)",
      "    #1 0x4f8a in make_cart /src/cart.cc:12:10",
      "",
      "SUMMARY: AddressSanitizer: heap-use-after-free /src/cart.cc:42:12 in order_total",
    ],
  },
  "C++, glog, and the signal that follows": {
    day: (n) => `I1127 02:${two(n)}:01.123456     1 server.cc:${n % 90}] GET /cart/${n}`,
    why: [
      "F1127 10:00:00.123456     1 cart.cc:42] Check failed: total >= 0 (-3 vs. 0) ",
      "*** Check failure stack trace: ***",
      "    @     0x7f3d0a1b2c3d  google::LogMessage::Fail()",
      "    @     0x7f3d0a1b2c4d  google::LogMessage::SendToLog()",
      "    @     0x55d0a1b2c3d0  cart::total()",
      "    @     0x55d0a1b2c3e0  main",
      "    @     0x7f3d0a1b2c5d  __libc_start_main",
      "    @     0x55d0a1b2c3f0  _start",
      "    @              (nil)  (unknown)",
      '*** Aborted at 1764237600 (unix time) try "date -d @1764237600" if you are using GNU date ***',
      "PC: @     0x55d0a1b2c3d0 cart::total()",
      "*** SIGSEGV (@0x0) received by PID 1 (TID 0x7f3d0a1b2c00) from PID 0; stack trace: ***",
      "    @     0x7f3d0a1b2c3d (unknown)",
      "    @     0x55d0a1b2c3d0 cart::total()",
      "    @     0x55d0a1b2c3e0 main",
      "    @     0x7f3d0a1b2c5d __libc_start_main",
      "    @                0x0 (unknown)",
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
