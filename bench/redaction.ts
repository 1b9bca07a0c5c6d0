import { redactor } from "../src/ports/redacted.ts";

/** How long a megabyte takes, and how much longer twice as much: a pattern that reads a text again and again grows faster. */

const { text } = redactor("a key");

const ordinary = (n: number): string =>
  `\n2026-11-23T02:00:00.${n}Z INFO c.s.Orders request_id=4f1c2b3a9d8e7f60 path=/api/v1/orders/${n} status=200 took=${n % 97}ms`;

const kinds: Record<string, (n: number) => string> = {
  "an ordinary log": ordinary,
  "a log with a name in each line": (n) => `${ordinary(n)} token_count=3`,
  "a log of JSON": (n) => `${JSON.stringify({ n, level: "info", msg: ordinary(n), token_count: 3 })}\n`,
  "one word": () => "a".repeat(1000),
  "one word of names": () => "password".repeat(125),
  "names without values": () => "key=".repeat(250),
  "values that never end": () => 'password="'.repeat(100),
  addresses: () => "://a:".repeat(200),
  lists: () => '["a","'.repeat(160),
  flags: () => "--db-password ".repeat(70),
  elements: () => "<password a=".repeat(80),
  statements: () => "grant identified by ".repeat(50),
  commands: () => "mysql redis-cli sshpass ".repeat(40),
  braces: () => "password={a".repeat(90),
  backslashes: () => "\\".repeat(1000),
  "backslashes beside a Secret": () => `Secret data "kind":"${"\\".repeat(1000)}`,
  "backslashes behind names": () => `api key: AUTH PLAIN PASS [(token,${"\\".repeat(1000)}`,
  "kinds of Secrets": () => "kind: Secret\ndata:\n".repeat(60),
  "keys that end in breaks": () =>
    `-----BEGIN PRIVATE KEY-----\nx AAAAAAAA${"\\\\n".repeat(300)}!\n-----END PRIVATE KEY-----\n`,
  "tokens that never end": () => "eyJAAAAAAAA-".repeat(90),
  "blanks in a statement": () => `SET PASSWORD ${" ".repeat(1000)}`,
  quotes: () => '"'.repeat(1000),
  spaces: () => " ".repeat(1000),
  "ends of keys": () => "-----END PRIVATE KEY-----\n".repeat(40),
  "lines of base64": () => `${"aB3d".repeat(16)}\n`,
  heads: () => "id,password\n".repeat(80),
};

const textOf = (line: (n: number) => string, size: number): string => {
  const lines: string[] = [];
  for (let n = 0, length = 0; length < size; n++) length += lines[lines.push(line(n)) - 1]?.length ?? 0;
  return lines.join("");
};

const msFor = (given: string): number => {
  const began = performance.now();
  text(given);
  return performance.now() - began;
};

const tries = 3;
const best = (given: string): number => Math.min(...Array.from({ length: tries }, () => msFor(given)));

const size = 250_000;
const mostGrowth = 3;
let failed = false;
for (const [what, line] of Object.entries(kinds)) {
  const [once, twice] = [best(textOf(line, size)), best(textOf(line, 2 * size))];
  const growth = twice / once;
  failed ||= growth > mostGrowth;
  const pace = ((twice / (2 * size)) * 1e6).toFixed(0).padStart(5);
  const verdict = growth > mostGrowth ? "  TOO MUCH" : "";
  process.stdout.write(
    `${what.padEnd(32)} ${pace} ms per MB, twice as much takes ${growth.toFixed(1)} times as long${verdict}\n`,
  );
}
process.exitCode = failed ? 1 : 0;
