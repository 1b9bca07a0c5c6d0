/** Errors that nobody caught, as ten runtimes print them, and what each lacks. */
export const traces: [language: string, trace: string, lack: object | null, line: string][] = [
  [
    "Python",
    `Traceback (most recent call last):
  File "/app/main.py", line 14, in <module>
    main()
  File "/app/main.py", line 9, in main
    rate = parse(raw)
           ^^^^^^^^^^
ValueError: rate must be positive, got -3`,
    null,
    "ValueError: rate must be positive, got -3",
  ],
  [
    "Node",
    `/app/server.js:12
    throw new TypeError("cart has no owner");
    ^

TypeError: cart has no owner
    at load (/app/server.js:12:11)
    at Object.<anonymous> (/app/server.js:30:1)
    at Module._compile (node:internal/modules/cjs/loader:1369:14)

Node.js v20.12.2`,
    null,
    "TypeError: cart has no owner",
  ],
  [
    "Java",
    `Exception in thread "main" java.lang.IllegalStateException: ledger is out of balance
\tat com.acme.Ledger.check(Ledger.java:41)
\tat com.acme.Main.main(Main.java:12)`,
    null,
    'Exception in thread "main" java.lang.IllegalStateException: ledger is out of balance',
  ],
  [
    "Go",
    `panic: assignment to entry in nil map

goroutine 1 [running]:
main.load(...)
\t/src/load.go:17
main.main()
\t/src/main.go:9 +0x85`,
    null,
    "panic: assignment to entry in nil map",
  ],
  [
    "Ruby",
    `/app/boot.rb:7:in \`check': stock is negative (RuntimeError)
\tfrom /app/boot.rb:12:in \`<main>'`,
    null,
    "/app/boot.rb:7:in `check': stock is negative (RuntimeError)",
  ],
  [
    ".NET",
    `Unhandled exception. System.InvalidOperationException: Sequence contains no elements
   at System.Linq.ThrowHelper.ThrowNoElementsException()
   at Shop.Program.Main(String[] args) in /src/Program.cs:line 27`,
    null,
    "Unhandled exception. System.InvalidOperationException: Sequence contains no elements",
  ],
  [
    "Elixir",
    `** (ArithmeticError) bad argument in arithmetic expression
    (shop 0.1.0) lib/shop/price.ex:12: Shop.Price.total/1
    (elixir 1.16.2) lib/code.ex:1477: Code.eval_string/3`,
    null,
    "** (ArithmeticError) bad argument in arithmetic expression",
  ],
  [
    "PHP",
    `PHP Fatal error:  Uncaught DomainException: no such currency in /app/index.php:3
Stack trace:
#0 /app/index.php(9): rate()
#1 {main}
  thrown in /app/index.php on line 3`,
    null,
    "PHP Fatal error:  Uncaught DomainException: no such currency in /app/index.php:3",
  ],
  [
    "C++",
    `terminate called after throwing an instance of 'std::out_of_range'
  what():  vector::_M_range_check: __n (which is 5) >= this->size() (which is 5)`,
    null,
    "what():  vector::_M_range_check: __n (which is 5) >= this->size() (which is 5)",
  ],
  [
    "Rust",
    `thread 'main' panicked at src/main.rs:4:10:
index out of bounds: the len is 3 but the index is 7
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    null,
    "thread 'main' panicked at src/main.rs:4:10:",
  ],
  [
    "Python that lacks a variable",
    `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    dsn = os.environ["LEDGER_DSN"]
KeyError: 'LEDGER_DSN'`,
    { kind: "variable", name: "LEDGER_DSN" },
    "KeyError: 'LEDGER_DSN'",
  ],
  [
    "Go that lacks a host",
    `panic: dial tcp: lookup orders-db on 10.96.0.10:53: no such host

goroutine 1 [running]:
main.main()
\t/src/main.go:9 +0x85`,
    { kind: "host", name: "orders-db", port: null },
    "panic: dial tcp: lookup orders-db on 10.96.0.10:53: no such host",
  ],
  [
    "Node whose cause lacks a host",
    `node:internal/process/promises:288
            triggerUncaughtException(err, true /* fromPromise */);
            ^

TypeError: fetch failed
    at node:internal/deps/undici/undici:12345:11
    at async main (/app/index.js:4:3) {
  [cause]: Error: getaddrinfo ENOTFOUND prices
      at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26) {
    errno: -3008,
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: 'prices'
  }
}

Node.js v20.12.2`,
    { kind: "host", name: "prices", port: null },
    "[cause]: Error: getaddrinfo ENOTFOUND prices",
  ],
  [
    "pydantic",
    `Traceback (most recent call last):
  File "/app/main.py", line 7, in <module>
    settings = Settings()
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
database_url
  Field required [type=missing, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.8/v/missing`,
    { kind: "variable", name: "database_url" },
    "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings",
  ],
];

/** What may stand after it: of exporters, of the way out, of wrappers, and advice. */
export const afterwords: [what: string, text: string][] = [
  [
    "an exporter without a level",
    "Transient error encountered while exporting traces to otel:4317, connection refused",
  ],
  [
    "an exporter with a level",
    "2026-11-27 03:00:04,112 ERROR opentelemetry.exporter Failed to export traces to otel-collector:4317, error: connection refused",
  ],
  [
    "an exporter in JSON",
    '{"level":"error","ts":"2026-11-27T03:00:04Z","msg":"dial tcp: lookup otel-collector on 10.96.0.10:53: no such host"}',
  ],
  ["Sentry", "[sentry] ERROR: could not send event: getaddrinfo ENOTFOUND sentry.tools"],
  ["logfmt", 'time="2026-11-27T03:00:04Z" level=warning msg="SENTRY_DSN is not set, event dropped"'],
  ["klog", "E1127 03:00:04.500000       1 push.go:40] push to gateway:9091 failed: connection refused"],
  ["a hint", "Hint: make sure that the environment variable CONFIG_FILE is set"],
  ["another hint", "please check that API_TOKEN is not empty and redis:6379 can be reached"],
  ["a hook on the way out", "2026/11/27 03:00:04 shutdown hook: connect to consul:8500: connection refused"],
  ["a flush that fails", "WARN [shutdown] cannot write /var/run/app.pid: Permission denied"],
  [
    "npm",
    "npm ERR! code ELIFECYCLE\nnpm ERR! errno 1\nnpm ERR! enoent This is related to npm not being able to find a file.\nnpm ERR! path /app/package-lock.json\nnpm ERR! ENOENT: no such file or directory, open '/root/.npm/_logs/x.log'",
  ],
  [
    "atexit",
    'Error in atexit._run_exitfuncs:\nTraceback (most recent call last):\n  File "/usr/lib/python3.12/socket.py", line 850, in create_connection\n    sock.connect(sa)\nConnectionRefusedError: [Errno 111] Connection refused: statsd:8125',
  ],
  ["a wrapper", "ERROR: process exited with status 1 (is DATABASE_URL set?)"],
  ["its own log", "ERROR could not report crash: password authentication failed for user crash"],
  ["bare words", "DATABASE_URL must be set"],
  [
    "a closing pool",
    'Exception in thread "pool-2-thread-1" java.net.UnknownHostException: audit-kafka\n\tat java.base/java.net.InetAddress.getByName(InetAddress.java:1)',
  ],
  ["an error object of a client", "Error: connect ECONNREFUSED 10.0.0.7:8125"],
];

/** What ended the program instead, which had caught the error of the trace and printed it. */
export const ownLastWords: [what: string, text: string, lack: object][] = [
  ["a fatal word", "FATAL: environment variable QUOTA_FILE is required", { kind: "variable", name: "QUOTA_FILE" }],
  [
    "a fatal level",
    "2026-11-27T03:00:05Z FATAL [main] lookup stock-db: no such host",
    { kind: "host", name: "stock-db" },
  ],
  ["an error of the settings", "ERROR: QUOTA_FILE must be set", { kind: "variable", name: "QUOTA_FILE" }],
  [
    "an error of the settings and then the end",
    "ERROR QUOTA_FILE is not set\nFATAL: exiting",
    { kind: "variable", name: "QUOTA_FILE" },
  ],
];

/** As fatal by the word, and tells of nothing, or of the way out. */
export const lastButEmpty: [what: string, text: string][] = [
  ["a fatal word of the end alone", "FATAL: exiting"],
  ["a supervisor", "gave up: app entered FATAL state, too many start retries too quickly"],
  ["an exit handler", "FATAL: exit handler failed: dial tcp: lookup consul: no such host"],
  ["a fatal exporter", "FATAL could not send spans: dial tcp: lookup otel: no such host"],
  ["an error of a client", "ERROR dial tcp: lookup audit on 10.96.0.10:53: no such host"],
];
