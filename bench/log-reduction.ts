// How fast logs are made short: `node bench/log-reduction.ts [megabytes]` (target 50 MB/s), beside a plain split into lines of
// the same bytes in the same run, and how much memory it takes. The log never lies in memory as a whole.
import { logReducer } from "../src/incident/log/reduce.ts";

const megabytes = Number(process.argv[2] ?? 200);
const rounds = 5;

const users = ["ana", "ben", "cleo", "dan", "eve", "finn", "gus", "hana"];
const paths = ["/cart", "/checkout", "/api/v2/items", "/healthz", "/login"];

/** What a service says in an hour: requests of many users, JSON, warnings, an error with its trace now and then. */
const lineAt = (n: number): string => {
  const at = `2026-11-27T02:${String(n % 60).padStart(2, "0")}:${String((n * 7) % 60).padStart(2, "0")}.${100_000_000 + ((n * 7919) % 900_000_000)}Z `;
  const user = users[n % users.length];
  const path = paths[(n * 3) % paths.length];
  if (n % 997 === 0)
    return `${at}ERROR order ${n} of ${user} failed: java.net.SocketTimeoutException: connect timed out\n${at}\tat shop.Pay.send(Pay.java:41)\n${at}\tat shop.Order.close(Order.java:${n % 300})\n${at}Caused by: java.io.IOException: broken pipe\n`;
  if (n % 211 === 0) return `${at}WARN  pool: ${n % 17} of 20 connections in use, waited ${n % 900} ms\n`;
  if (n % 3 === 0)
    return `${at}{"level":"info","msg":"request done","method":"GET","path":"${path}","user":"${user}","ms":${n % 1000},"trace":"${(n * 2654435761).toString(16)}"}\n`;
  return `${at}INFO  [worker-${n % 16}] shop.http.Access - ${user} GET ${path}/${n} 200 ${n % 1000}ms bytes=${n * 13}\n`;
};

const block = (): Uint8Array => {
  let text = "2026-11-27T02:00:00Z shop 4.2.1 starting\n2026-11-27T02:00:00Z FATAL config: DATABASE_URL is not set\n";
  for (let n = 1; text.length < 8 * 2 ** 20; n += 1) text += lineAt(n);
  return Buffer.from(text);
};

const bytes = block();
const chunkBytes = 64 * 1024;

const throughAll = (take: (chunk: Uint8Array) => void): number => {
  const began = performance.now();
  for (let sent = 0; sent < megabytes * 2 ** 20; sent += bytes.length)
    for (let at = 0; at < bytes.length; at += chunkBytes) take(bytes.subarray(at, at + chunkBytes));
  return (megabytes / (performance.now() - began)) * 1000;
};

const decoder = new TextDecoder();
let letters = 0;
const split = (): number =>
  throughAll((chunk) => {
    for (const line of decoder.decode(chunk).split("\n")) letters += line.length;
  });

let told = "";
const reduce = (): number => {
  const reducer = logReducer();
  const speed = throughAll((chunk) => reducer.push(chunk));
  const { text, lines: read, truncated } = reducer.end();
  told = `${read} lines became ${text.split("\n").length} (${Math.round(text.length / 1024)} KB${truncated ? ", some left out" : ""})`;
  if (!text.includes("DATABASE_URL is not set")) throw new Error("the first error was lost");
  return speed;
};

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const before = process.memoryUsage.rss();
const speeds = Array.from({ length: rounds }, () => ({ reduced: reduce(), plain: split() }));
const reduced = median(speeds.map((one) => one.reduced));
const plain = median(speeds.map((one) => one.plain));
const grown = Math.round((process.memoryUsage.rss() - before) / 2 ** 20);

process.stdout.write(`${megabytes} MB (${letters} letters split): ${told}; memory grew by ${grown} MB over ${rounds} rounds
reduced at ${reduced.toFixed(0)} MB/s (target 50), a plain split into lines at ${plain.toFixed(0)} MB/s: ratio ${(reduced / plain).toFixed(2)}
`);
