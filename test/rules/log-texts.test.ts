import { describe, expect, test } from "vitest";
import { commandLine } from "../../src/rules/logs/command-line.ts";
import { lackIn } from "../../src/rules/logs/missing.ts";
import { uncaughtIn } from "../../src/rules/logs/uncaught.ts";

describe("the last error of a process", () => {
  test.each([
    [
      "python",
      ["Traceback (most recent call last):", '  File "/app/main.py", line 3, in <module>', "KeyError: 'DATABASE_URL'"],
      "KeyError",
      "'DATABASE_URL'",
    ],
    [
      "python",
      [
        "Traceback (most recent call last):",
        '  File "/app/a.py", line 3, in f',
        'psycopg2.OperationalError: could not translate host name "db" to address',
      ],
      "psycopg2.OperationalError",
      'could not translate host name "db" to address',
    ],
    [
      "node",
      [
        "node:internal/process/promises:288",
        "            triggerUncaughtException(err, true /* fromPromise */);",
        "",
        "Error: connect ECONNREFUSED 10.0.0.7:5432",
        "    at TCPConnectWrap.afterConnect (node:net:1555:16)",
      ],
      "Error",
      "connect ECONNREFUSED 10.0.0.7:5432",
    ],
    [
      "node",
      [
        "/app/server.js:4",
        "  throw new Error('x')",
        "TypeError: Cannot read properties of undefined (reading 'url')",
        "    at Object.<anonymous> (/app/server.js:4:9)",
      ],
      "TypeError",
      "Cannot read properties of undefined (reading 'url')",
    ],
    [
      "java",
      [
        'Exception in thread "main" java.lang.IllegalStateException: no pool',
        "\tat com.example.Main.main(Main.java:12)",
        "Caused by: java.net.UnknownHostException: orders-db",
      ],
      "java.net.UnknownHostException",
      "orders-db",
    ],
    [
      "go",
      [
        "panic: open /etc/app/config.yaml: no such file or directory",
        "",
        "goroutine 1 [running]:",
        "main.main()",
        "\t/src/main.go:12 +0x1b",
      ],
      "panic",
      "open /etc/app/config.yaml: no such file or directory",
    ],
    [
      "ruby",
      ['/app/boot.rb:3:in `fetch\': key not found: "REDIS_URL" (KeyError)', "\tfrom /app/boot.rb:3:in `<main>'"],
      "KeyError",
      'key not found: "REDIS_URL"',
    ],
    [
      "dotnet",
      [
        "Unhandled exception. System.InvalidOperationException: No connection string",
        "   at Program.<Main>$(String[] args) in /src/Program.cs:line 5",
      ],
      "System.InvalidOperationException",
      "No connection string",
    ],
    [
      "php",
      ["PHP Fatal error:  Uncaught RuntimeException: no key in /app/index.php:3"],
      "RuntimeException",
      "no key in /app/index.php:3",
    ],
    [
      "rust",
      ["thread 'main' panicked at src/main.rs:4:10:", "called `Result::unwrap()` on an `Err` value"],
      "rust",
      "src/main.rs:4:10:",
    ],
    [
      "nginx",
      ['2026/11/23 21:46:30 [emerg] 1#1: unknown directive "bogus" in /etc/nginx/nginx.conf:1'],
      "emerg",
      'unknown directive "bogus"',
    ],
    ["postgres", ['2026-11-23 21:00:00 UTC [1] FATAL:  could not open file "x"'], "FATAL", 'could not open file "x"'],
  ])("of %s is read", (by, lines, type, message) => {
    expect(uncaughtIn(lines)).toMatchObject({ by, type, message });
  });

  test("the error nearest to the end wins, not the loudest", () => {
    const lines = [
      "Traceback (most recent call last):",
      "KeyError: 'OLD'",
      "recovered",
      'FATAL: password authentication failed for user "app"',
    ];

    expect(uncaughtIn(lines)?.message).toContain("password authentication");
  });

  test("plain talk is no error", () => {
    expect(uncaughtIn(["starting", "Note: retries are on", "listening on :8080", "0 errors found"])).toBeNull();
  });
});

describe("an error is read with its causes", () => {
  const spring = [
    "2026-11-26T22:01:43.911Z ERROR 1 --- [           main] com.zaxxer.hikari.pool.HikariPool        : Exception during pool initialization.",
    'org.postgresql.util.PSQLException: FATAL: password authentication failed for user "pricing"',
    "\tat org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication(ConnectionFactoryImpl.java:693)",
    ...Array.from({ length: 30 }, (_, index) => `\tat com.acme.Frame${index}.call(Frame${index}.java:${index})`),
    "2026-11-26T22:01:44.002Z ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed",
    "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'entityManagerFactory'",
    "\tat org.springframework.beans.factory.Factory.initializeBean(Factory.java:1806)",
  ];
  const python = [
    "Traceback (most recent call last):",
    '  File "/srv/main.py", line 5, in settings',
    '    return {"dsn": os.environ["LEDGER_DSN"]}',
    "KeyError: 'LEDGER_DSN'",
    "The above exception was the direct cause of the following exception:",
    "Traceback (most recent call last):",
    '  File "/srv/main.py", line 9, in <module>',
    "RuntimeError: could not load settings",
  ];
  const lower = [
    "Traceback (most recent call last):",
    '  File "/srv/main.py", line 3, in <module>',
    '    host = os.environ["db_host"]',
    "KeyError: 'db_host'",
  ];
  const rust = [
    "Error: failed to read configuration",
    "Caused by:",
    "    missing required environment variable `POOL`",
  ];
  const dotnet = [
    "Unhandled exception. System.AggregateException: One or more errors occurred.",
    " ---> Npgsql.NpgsqlException (0x80004005): Failed to connect to billing-db:5432",
    "   at Billing.Program.Main(String[] args) in /src/Program.cs:line 27",
  ];
  const zap = [
    '{"level":"fatal","msg":"listen failed","error":"listen tcp :9102: bind: address already in use","stacktrace":"main.main\\n\\t/src/main.go:66"}',
  ];
  const logfmt = ['time="2026-11-26T22:00:00Z" level=fatal msg="config: required key PAYMENT_HMAC missing value"'];
  const klog = [
    'E1126 22:10:00.500000       1 election.go:340] leases.coordination.k8s.io "x" is forbidden: User "system:serviceaccount:a:b" cannot get resource "leases"',
    'F1126 22:10:00.900000       1 main.go:131] "problem running manager"',
  ];

  test.each([
    ["Spring that wraps a refused password", spring, "credential"],
    ["Python that raises from a KeyError", python, "variable"],
    ["Python that reads a variable in small letters", lower, "variable"],
    ["Rust's anyhow", rust, "variable"],
    [".NET's inner exceptions", dotnet, "host"],
    ["a JSON line", zap, "port-taken"],
    ["logfmt", logfmt, "variable"],
    ["klog that ends with a report", klog, "rights"],
  ])("%s", (_, lines, kind) => {
    expect(uncaughtIn(lines)?.lack?.kind).toBe(kind);
  });

  test.each([
    [
      "a refused connection it got over long before",
      [
        "ERROR: connect ECONNREFUSED 10.0.0.1:5432",
        ...Array.from({ length: 20 }, (_, index) => `served request ${index}`),
        "panic: index out of range",
      ],
    ],
    ["a warning that names a variable", ["WARN CACHE_URL is not set, caching is off", "panic: index out of range"]],
  ])("but not with %s", (_, lines) => {
    expect(uncaughtIn(lines)?.lack).toBeNull();
  });
});

describe("an error that only gives up", () => {
  const maxRetries = "MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).";
  test.each([
    ["[ioredis] Unhandled error event: Error: getaddrinfo ENOTFOUND cache-main", maxRetries, "cache-main"],
    ["[ioredis] Unhandled error event: Error: connect ECONNREFUSED 10.96.0.7:6379", maxRetries, "10.96.0.7"],
    [
      "WARN Couldn't resolve server events-kafka:9092 from bootstrap.servers",
      "Caused by: org.apache.kafka.common.config.ConfigException: No resolvable bootstrap urls given in bootstrap.servers",
      "events-kafka",
    ],
    ["WARN dial tcp: lookup orders-db: no such host", "Error: retries exhausted", "orders-db"],
  ])("has its reason in the tries: %s", (before, error, name) => {
    expect(uncaughtIn(["INFO starting", before, "    at f (/a.js:1:2)", error])?.lack).toMatchObject({ name });
  });

  test("has none in a try after which the program went on", () => {
    const lines = ["[ioredis] Unhandled error event: Error: getaddrinfo ENOTFOUND cache-main", "INFO redis ready"];
    expect(uncaughtIn([...lines, maxRetries])?.lack).toBeNull();
  });

  test("is not any error after a warning", () => {
    const lines = ["WARN dial tcp: lookup orders-db: no such host", "Error: cart is broken"];
    expect(uncaughtIn(lines)?.lack).toBeNull();
  });
});

describe("the missing thing", () => {
  test.each([
    "listen tcp :8080: bind: address already in use",
    "OSError: [Errno 98] Address already in use",
    "ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
    "[ERROR] Connection in use: ('0.0.0.0', 8000)",
    "java.net.BindException: Address already in use (Bind failed)",
    "java.net.BindException: [/0.0.0.0:8558] Address already in use",
    "bind() to 0.0.0.0:80 failed (98: Address already in use)",
    "(98)Address already in use: AH00072: make_sock: could not bind to address [::]:80",
    'called `Result::unwrap()` on an `Err` value: Os { code: 98, kind: AddrInUse, message: "Address already in use" }',
    "Error: Address already in use (os error 98)",
    'Address already in use - bind(2) for "0.0.0.0" port 3000 (Errno::EADDRINUSE)',
    "Failed to bind to address http://0.0.0.0:8080: address already in use.",
    'could not bind IPv4 address "0.0.0.0": Address already in use',
    "# Could not create server TCP listening socket *:6379: bind: Address already in use",
    "Starting frontend web: cannot bind socket (Address already in use) [0.0.0.0:80]",
    "httpd: bind: Address in use",
    "Web server failed to start. Port 8080 was already in use.",
    "2026/11/27 08:00:01 listen tcp :8080: bind: address already in use; exiting",
    "F0101 08:00:01.000000 1 main.go:41] failed to listen on port 8080: address already in use, check",
    'ERROR server: could not start error="bind: address already in use" addr=:8080',
    "ERROR: address already in use: 0.0.0.0:8080",
    "Failed to start Ranch listener http in ranch_tcp:listen([{port,4000}]) for reason eaddrinuse",
  ])("is a port in %s", (text) => {
    expect(lackIn(text)?.kind).toBe("port-taken");
  });

  test.each([
    ["KeyError: 'DATABASE_URL'", { kind: "variable", name: "DATABASE_URL" }],
    ["Error: Missing required environment variable STRIPE_KEY", { kind: "variable", name: "STRIPE_KEY" }],
    ["API_TOKEN is not set", { kind: "variable", name: "API_TOKEN" }],
    ["sh: REDIS_URL: must be set", { kind: "variable", name: "REDIS_URL" }],
    ["getaddrinfo ENOTFOUND orders-db", { kind: "host", name: "orders-db", port: null }],
    ["dial tcp: lookup cart-redis on 10.96.0.10:53: no such host", { kind: "host", name: "cart-redis", port: null }],
    [
      'connection to server at "db" (10.96.0.3), port 5432 failed: Connection refused',
      { kind: "host", name: "db", port: 5432 },
    ],
    ["nc: bad address 'inventory-db'", { kind: "host", name: "inventory-db", port: null }],
    [
      "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.",
      { kind: "host", name: "cache", port: 6379 },
    ],
    [
      "java.net.UnknownHostException: billing.prod.svc.cluster.local",
      { kind: "host", name: "billing.prod.svc.cluster.local", port: null },
    ],
    [
      "Error: listen EADDRINUSE: address already in use :::8080",
      { kind: "port-taken", name: "listen EADDRINUSE: address already in use" },
    ],
    [
      'FATAL: password authentication failed for user "app"',
      { kind: "credential", name: 'password authentication failed for user "app"' },
    ],
    ["PermissionError: [Errno 13] Permission denied: '/data.txt'", { kind: "permission", name: ": '/data.txt'" }],
    [
      "getaddrinfo for mysql-primary failed: Name or service not known in /var/www/html/db.php:14",
      { kind: "host", name: "mysql-primary", port: null },
    ],
    ["bind() to unix socket failed: Too many open files", { kind: "descriptors", name: "Too many open files" }],
  ])("is read from %s", (text, lack) => {
    expect(lackIn(text)).toEqual(lack);
  });

  test.each([
    [
      'ERROR:  could not resize shared memory segment "/PostgreSQL.18" to 16777216 bytes: No space left on device',
      "shared-memory",
    ],
    ['DiskFull: could not resize shared memory segment "/PostgreSQL.18": No space left on device', "shared-memory"],
    ["Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src'", "descriptors"],
    ["fsnotify: could not add watch: no space left on device", "descriptors"],
    ['could not extend file "base/16384": No space left on device', "space"],
    ["Error: ENOSPC: no space left on device, write", "space"],
    ["watcher: write /data/state.db: no space left on device", "space"],
  ])("is the right one of those that are full: %s", (text, kind) => {
    expect(lackIn(text)?.kind).toBe(kind);
  });

  test.each([
    ["nc: can't connect to remote host (10.96.195.219): Connection refused", "10.96.195.219", null],
    ["Couldn't resolve server events-kafka:9092 from bootstrap.servers as DNS resolution failed", "events-kafka", 9092],
  ])("is a host in %s", (text, name, port) => {
    expect(lackIn(text)).toEqual({ kind: "host", name, port });
  });

  test.each([
    "ValueError: timeout must be > 0",
    "RuntimeError: slot 12 already in use: address already in use by tenant 9",
    "allocator: bind: address already in use by tenant 9",
    "delivery address in use: street 12:8080 (customer 77)",
    "2026/11/27 08:00:01 fatal: broker handshake: connection refused",
    "everything is fine",
    "KeyError: 'user_id'",
    "stripe.error.PermissionError: Permission denied: This API key does not have the required scope 'charges:write'",
    "2026/11/27 08:00:00 listen tcp 203.0.113.5:8080: bind: cannot assign requested address",
  ])("is not invented for %s", (text) => {
    expect(lackIn(text)).toBeNull();
  });
});

describe("a wrong command line", () => {
  test.each([
    ["sh: alembic: not found", 127],
    ["bash: line 1: gunicorn: command not found", 127],
    ["python3: can't open file '/srv/app/main.py': [Errno 2] No such file or directory", 2],
    ["Error: Unable to access jarfile /app/app.jar", 1],
    ['nginx: invalid option: "Z"', 1],
    ["Error: unknown flag: --prot", 1],
    ["/usr/local/bin/python: No module named acme.servr", 1],
    ["ruby: No such file or directory -- serve.rb (LoadError)", 1],
    ['ERROR:    Error loading ASGI app. Could not import module "mian".', 1],
    ['npm error Missing script: "strat"', 1],
    ['npm ERR! Missing script: "strat"', 1],
    ["Could not open input file: artsian", 1],
    ["The application 'Shp.dll' does not exist or is not a managed .dll.", 155],
    ["Failed to find attribute 'app' in 'wsgi'.", 4],
  ])("is read from %s", (line, exitCode) => {
    expect(commandLine(["starting", line], exitCode)).toBe(line);
  });

  test("the same words in a program that ends otherwise are talk", () => {
    expect(commandLine(["sh: alembic: not found", "carrying on"], 3)).toBeNull();
    expect(commandLine(["user not found"], 127)).toBeNull();
  });

  const node = (name: string, asked: string) => [
    "node:internal/modules/cjs/loader:1215",
    "  throw err;",
    "",
    `Error: Cannot find module '${name}'`,
    ...Array.from({ length: 9 }, () => "    at Module._load (node:internal/modules/cjs/loader:1043:27)"),
    "  code: 'MODULE_NOT_FOUND',",
    `  requireStack: [${asked}]`,
    "}",
    "Node.js v20.12.2",
  ];

  test("is a script that Node does not find, and no module that one asks for", () => {
    expect(commandLine(node("/app/sever.js", ""), 1)).toBe("Error: Cannot find module '/app/sever.js'");
    expect(commandLine(node("/app/routes.js", " '/app/server.js' "), 1)).toBeNull();
    expect(commandLine(node("express", " '/app/server.js' "), 1, ["node", "server.js"])).toBeNull();
  });

  const main = "Error: Could not find or load main class com.acme.Mian";
  test("is a main class that is not there, and none that lacks another", () => {
    expect(commandLine([main, "Caused by: java.lang.ClassNotFoundException: com.acme.Mian"], 1)).toBe(main);
    expect(commandLine([main, "Caused by: java.lang.NoClassDefFoundError: org/slf4j/Logger"], 1)).toBeNull();
  });

  const python = (name: string) => [
    "Traceback (most recent call last):",
    '  File "/usr/lib/python3/gunicorn/util.py", line 359, in import_app',
    `ModuleNotFoundError: No module named '${name}'`,
  ];
  test.each([
    ["wsgii", ["gunicorn", "wsgii:app"], true],
    ["acme.servr", ["sh", "-c", "exec celery -A acme.servr worker"], true],
    ["flask", ["sh", "-c", "pip install flask; python app.py"], false],
    ["gevent", ["gunicorn", "-k", "gevent", "wsgi:app"], false],
    ["redis", [], false],
  ])("is the module %s where %j names it: %s", (name, argv, wrong) => {
    expect(commandLine(python(name), 3, argv) !== null).toBe(wrong);
  });
});
