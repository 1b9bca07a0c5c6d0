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

describe("the missing thing", () => {
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
      { kind: "port-taken", name: ": address already in use :::8080" },
    ],
    [
      'FATAL: password authentication failed for user "app"',
      { kind: "credential", name: 'password authentication failed for user "app"' },
    ],
    ["PermissionError: [Errno 13] Permission denied: '/data.txt'", { kind: "permission", name: ": '/data.txt'" }],
    ["bind() to unix socket failed: Too many open files", { kind: "descriptors", name: "Too many open files" }],
  ])("is read from %s", (text, lack) => {
    expect(lackIn(text)).toEqual(lack);
  });

  test.each(["ValueError: timeout must be > 0", "everything is fine", "KeyError: 'user_id'"])(
    "is not invented for %s",
    (text) => {
      expect(lackIn(text)).toBeNull();
    },
  );
});

describe("a wrong command line", () => {
  test.each([
    ["sh: alembic: not found", 127],
    ["bash: line 1: gunicorn: command not found", 127],
    ["python3: can't open file '/srv/app/main.py': [Errno 2] No such file or directory", 2],
    ["Error: Unable to access jarfile /app/app.jar", 1],
    ['nginx: invalid option: "Z"', 1],
    ["Error: unknown flag: --prot", 1],
  ])("is read from %s", (line, exitCode) => {
    expect(commandLine(["starting", line], exitCode)).toBe(line);
  });

  test("the same words in a program that ends otherwise are talk", () => {
    expect(commandLine(["sh: alembic: not found", "carrying on"], 3)).toBeNull();
    expect(commandLine(["user not found"], 127)).toBeNull();
  });
});
