/** Private keys as logs, addresses and objects cut, wrap and pack them. No line of one may be left. */

const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const lineOf = (n: number, length = 64): string =>
  Array.from({ length }, (_, at) => signs[(at * 7 + n * 13 + ((at * at) % 11)) % 64]).join("");

const body = [1, 2, 3, 4, 5, 6].map((n) => lineOf(n));
const lines = ["-----BEGIN RSA PRIVATE KEY-----", ...body, `${lineOf(7, 40)}==`, "-----END RSA PRIVATE KEY-----"];
const key = lines.join("\n");
const base64 = Buffer.from(key).toString("base64");
const each = (before: (n: number) => string): string => lines.map((line, n) => before(n) + line).join("\n");

export const keys: Record<string, string> = {
  "behind times": each((n) => `2026-11-23T02:00:0${n}.000Z `),
  "behind times and levels": each((n) => `2026-11-23T02:00:0${n}.000Z INFO `),
  "behind names in brackets": each((n) => `[app] 2026/11/23 02:00:0${n} `),
  "behind what klog says": each((n) => `I1123 02:00:0${n}.123456 1 main.go:12] `),
  "in lines of JSON": lines.map((msg) => JSON.stringify({ level: "info", msg })).join("\n"),
  "in lines of Docker": lines.map((line) => JSON.stringify({ log: `${line}\n`, stream: "stdout" })).join("\n"),
  "with another line within": [...lines.slice(0, 3), "2026-11-23T02:00:00Z INFO started", ...lines.slice(3)].join("\n"),
  "without its end": each((n) => `[app] 02:00:0${n} `)
    .split("\n")
    .slice(0, 5)
    .join("\n"),
  "without its beginning": each((n) => `[app] 02:00:0${n} `)
    .split("\n")
    .slice(4)
    .join("\n"),
  "in an address": `next=${encodeURIComponent(key)}`,
  "in HTML": key.replaceAll("\n", "<br>"),
  "on one line": key.replaceAll("\n", " "),
  "in base64": `tls.key: ${base64}`,
  "in base64 over lines": `tls.key: |\n  ${base64.replace(/(.{76})/g, "$1\n  ")}`,
  "of OpenSSH, its middle": `x\n${[1, 2, 3, 4].map((n) => lineOf(n, 70)).join("\n")}\ny`,
  "as a JSON Web Key": JSON.stringify({ kty: "RSA", e: "AQAB", d: lineOf(1), p: lineOf(2), q: lineOf(3) }),
  "as a JSON Web Key in a line": `loaded ${JSON.stringify({ kty: "oct", k: lineOf(2) })}`,
};

/** Pieces of it, one of which would be found in whatever is left of a line. */
export const pieces: readonly string[] = [
  ...[1, 2, 3, 4, 5, 6].map((n) => lineOf(n).slice(8, 28)),
  ...Array.from({ length: 12 }, (_, n) => base64.slice(60 + n * 40, 80 + n * 40)),
];

export const stays: readonly string[] = [
  `-----BEGIN CERTIFICATE-----\n${body.slice(0, 2).join("\n")}\n-----END CERTIFICATE-----`,
  "expected -----BEGIN RSA PRIVATE KEY----- in /etc/tls/tls.key\nINFO listening on 8080\nGET /api/v1/orders 200",
  `{"kty":"RSA","kid":"2024-01","n":"${lineOf(1)}","e":"AQAB"}`,
  "sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9\n".repeat(4),
];
