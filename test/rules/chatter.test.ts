import { describe, expect, test } from "vitest";
import { classIn, crashing } from "./crashing.ts";

const classOf = (text: string, exitCode = 1): string | undefined => classIn("payments", crashing(text, { exitCode }));

const chatter: readonly [string, string][] = [
  ["a request that it refused", "2026/11/23 21:48:33 GET /api/cart 401 Unauthorized 12ms"],
  ["an access line", 'INFO: 10.244.1.7:41022 - "GET /api/cart HTTP/1.1" 401 Unauthorized'],
  ["a router's line", '[GIN] 2026/11/23 - 21:48:33 | 401 | 1.2ms | 10.244.1.7 | GET  "/api/cart" Unauthorized'],
  ["a warning", 'level=warning msg="login rejected: password authentication failed for user bob"'],
  ["a self test", 'selftest: password authentication failed for user "x" -> ok'],
  ["a loss it lives with", "WARN otel: dial tcp: lookup otel-collector: no such host, traces dropped"],
];

const ends: readonly [string, string, number][] = [
  ["nothing", "", 1],
  ["calm lines", "INFO computing cart\nINFO 12 carts", 1],
  ["a fault of memory", "Segmentation fault (core dumped)", 139],
  ["an unknown last word of Go", "2026/11/23 21:48:33 open store: unexpected EOF", 1],
  [
    "a panic",
    "panic: runtime error: index out of range [3]\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/a.go:9 +0x1d",
    2,
  ],
  [
    "a trace of Java",
    'Exception in thread "main" com.acme.CartBroken: no total\n\tat com.acme.Cart.total(Cart.java:9)',
    1,
  ],
  ["a trace of Ruby", "/app/cart.rb:9:in `total': undefined method `+' for nil:NilClass (NoMethodError)", 1],
  ["a trace of Rust", "thread 'main' panicked at src/cart.rs:9:5:\nno total for cart", 101],
  [
    "a trace of .NET",
    "Unhandled exception. System.NullReferenceException: Object reference not set.\n   at Cart.Total()",
    134,
  ],
  ["a trace of PHP", "PHP Fatal error:  Uncaught TypeError: total(): Argument #1 must be int in /app/cart.php:9", 255],
];

describe.each(ends)("what a program chats about before %s", (_, end, exitCode) => {
  test.each(chatter)("is not the cause of its end: %s", (_name, line) => {
    expect(classOf(`INFO starting\n${line}\n${end}`.trimEnd(), exitCode)).toBe("app-crash");
  });
});

describe("what it said last is the cause", () => {
  test.each([
    ["of a silent end", "INFO starting\nredis: WRONGPASS invalid username-password pair"],
    ["before its way out", "INFO starting\npassword authentication failed for user app\nINFO shutting down"],
    ["where the end tells that something failed", "password authentication failed for user app\nfatal: cannot start"],
    ["with a level", "ERROR password authentication failed for user app\npanic: no pool\n\ngoroutine 1 [running]:"],
    ["of a request of its own", "Error: GET http://vault:8200/v1/secret: 401 Unauthorized: authentication failed"],
  ])("%s", (_, text) => {
    expect(classOf(text)).toBe("credential-rejected");
  });

  test("but not where it was killed, which its log does not explain", () => {
    expect(classOf("INFO starting\nlogin: authentication failed for bob", 143)).toBeUndefined();
  });
});
