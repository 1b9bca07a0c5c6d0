import { expect, test } from "vitest";
import { logReducer, type Reduced } from "../../../src/incident/log/reduce.ts";

const reduce = (text: string, chunk = 64 * 1024): Reduced => {
  const reducer = logReducer();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) reducer.push(bytes.subarray(at, at + chunk));
  return reducer.end();
};

const stamp = (n: number): string => `2026-11-27T02:${String(n % 60).padStart(2, "0")}:00.${100000 + n}Z `;
const chatter = (from: number, many: number): string =>
  Array.from({ length: many }, (_, n) => `${stamp(from + n)}INFO GET /cart/${from + n} 200 ${n % 40}ms\n`).join("");

test("a short log stays as it is, to the last byte", () => {
  for (const text of ["", "one\n", "one", "a\n\n\nb\n", "\r\nx\r\n", chatter(0, 100)]) {
    expect(reduce(text)).toMatchObject({ text, truncated: false, bytes: Buffer.byteLength(text) });
  }
});

test("repeats are folded behind the first of their kind, with their count", () => {
  const { text, truncated, lines } = reduce(`${chatter(0, 5_100)}`);

  expect(lines).toBe(5_100);
  expect(truncated).toBe(false);
  expect(text.split("\n")[0]).toBe(`${stamp(0)}INFO GET /cart/0 200 0ms`);
  expect(text).toContain("… 4999 more like this …");
  expect(text.endsWith(`${stamp(5_099)}INFO GET /cart/5099 200 19ms\n`)).toBe(true);
});

test("words that differ in a line that tells nothing of trouble are a variable", () => {
  const names = Array.from({ length: 3_000 }, (_, n) =>
    n.toString(26).replace(/\d/g, (digit) => "qrstuvwxyz"[+digit] ?? ""),
  );
  const { text } = reduce(names.map((name) => `user ${name} logged in from the web\n`).join(""));

  expect(text.split("\n").length).toBeLessThan(120);
  expect(text).toMatch(/… 28\d\d more like this …/);
});

test("words that differ in a line that tells of trouble are another trouble", () => {
  const { text } = reduce(`ERROR missing key DATABASE_URL\nERROR missing key API_TOKEN\n${chatter(0, 1_000)}`);

  expect(text).toContain("missing key DATABASE_URL");
  expect(text).toContain("missing key API_TOKEN");
});

test("the first error after the last start is kept, although it was said before, with what stood around it", () => {
  const life = (n: number): string =>
    `shop starting, run ${n}\nreading /etc/shop.yaml\nERROR cannot reach db at 10.0.0.${n}\nretrying in ${n} s\n${chatter(n * 1000, 900)}`;
  const { text } = reduce([1, 2, 3, 4].map(life).join(""));

  expect(text).toContain("ERROR cannot reach db at 10.0.0.1\n");
  expect(text).toContain(
    "shop starting, run 4\nreading /etc/shop.yaml\nERROR cannot reach db at 10.0.0.4\nretrying in 4 s\n",
  );
});

const python = `Traceback (most recent call last):
  File "/app/main.py", line 12, in <module>
    connect(os.environ["DATABASE_URL"])
  File "/usr/lib/python3.11/os.py", line 679, in __getitem__
    raise KeyError(key) from None
KeyError: 'DATABASE_URL'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 14, in <module>
    sys.exit(fail())
app.Broken: no settings
`;
const go = `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47e2a1]

goroutine 1 [running]:
main.(*Shop).open(0x0)
\t/app/shop.go:41 +0x21
main.main()
\t/app/main.go:9 +0x1d
`;
const java = `Exception in thread "main" java.lang.IllegalStateException: no pool
\tat shop.Pool.open(Pool.java:41)
\tat shop.Main.main(Main.java:9)
Caused by: java.net.UnknownHostException: db.shop
\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1505)
\t... 2 more
`;
const node = `/app/server.js:12
    throw new Error("PORT is not set");
    ^

Error: PORT is not set
    at Object.<anonymous> (/app/server.js:12:9)
    at Module._compile (node:internal/modules/cjs/loader:1554:14)

Node.js v22.14.0
`;

for (const [language, trace] of Object.entries({ python, go, java, node })) {
  test(`a stack trace of ${language} in the midst of chatter stays whole, and is told once however often it came`, () => {
    const { text } = reduce(`${chatter(0, 300)}${trace}${chatter(300, 300)}${trace}${trace}${chatter(900, 300)}`);

    expect(text).toContain(trace.trimEnd());
    expect(text.split(trace.split("\n")[0] ?? "").length - 1).toBeLessThanOrEqual(2);
  });
}

test("a trace that reaches into the last lines is whole", () => {
  const frames = Array.from({ length: 150 }, (_, n) => `\tat shop.Deep.call(Deep.java:${n})\n`).join("");
  const trace = `java.lang.StackOverflowError: too deep\n${frames}`;

  expect(reduce(`${chatter(0, 500)}${trace}bye\n`).text).toContain(`${trace}bye\n`);
});

test("a private key in a log stays in one piece: what hides secrets must see it whole", () => {
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n".repeat(20)}-----END RSA PRIVATE KEY-----\n`;
  const { text } = reduce(`${chatter(0, 200)}${key}${chatter(200, 90)}`);

  expect(text).toContain(key);
});

test("no line is so long and no kind so many that the bound would not hold", () => {
  const word = (n: number): string => n.toString(26).replace(/\d/g, "q");
  const kinds = Array.from({ length: 5_000 }, (_, n) => `error ${word(n)} ${word(n * 7)} ${word(n * 31)}\n`).join("");
  const { text, truncated } = reduce(`${"x".repeat(300_000)} end\n${kinds}${"y".repeat(100_000)}\nlast\n`);

  expect(Buffer.byteLength(text)).toBeLessThan(64 * 1024);
  expect(truncated).toBe(true);
  expect(text).toMatch(/… \d+ more like this …/);
  expect(text.endsWith("last\n")).toBe(true);
});

test("a long line is cut between words, so that half a secret is never left", () => {
  const secret = "token=abcdefghijklmnopqrstuvwxyz0123456789";
  const atHead = reduce(`${"word ".repeat(612)}${secret} ${"more ".repeat(900)}\n`).text;
  const atTail = reduce(`${"word ".repeat(900)}${secret} ${"more ".repeat(200)}\n`).text;

  expect(atHead).toMatch(/word … \(\d+ bytes left out\) …/);
  for (const text of [atHead, atTail]) expect(text).not.toMatch(/token|uvw|789/);
  // Control: where nothing is cut it is there.
  expect(reduce(`${secret}\n`).text).toContain(secret);
});

test("of a long line of JSON the end is kept, too, wherever the chunks end", () => {
  const line = `{"at":1,"context":"${"é,".repeat(20_000)}","secret":"s","level":"error","error":"DATABASE_URL is not set"}\n`;

  expect(reduce(line).text).toMatch(/^\{"at":1.*… \(\d+ bytes left out\) ….*"error":"DATABASE_URL is not set"\}\n$/);
  for (const chunk of [1, 100, 1500, 5000]) expect(reduce(line, chunk)).toEqual(reduce(line));
});

test("it makes no difference where the chunks end", () => {
  const text = `${chatter(0, 400)}ERROR größer als erlaubt\n${python}${chatter(400, 400)}`;

  const { redacted, ...whole } = reduce(text);

  for (const chunk of [1, 7, 100, 4096]) {
    const cut = reduce(text, chunk);
    expect(cut).toMatchObject(whole);
    expect(cut.redacted?.((read) => read)).toBe(whole.text);
    expect(redacted?.((read) => read)).toBe(whole.text);
  }
});

test("what is short already is not made shorter", () => {
  const once = reduce(`${chatter(0, 2_000)}${java}${chatter(2_000, 2_000)}`).text;

  expect(reduce(once).text.split("\n").length).toBeGreaterThanOrEqual(once.split("\n").length - 15);
  expect(reduce(once).text).toContain("Caused by: java.net.UnknownHostException: db.shop");
});

test("a log of any length costs bounded memory", () => {
  const reducer = logReducer();
  const mb = Buffer.from(chatter(0, 22_000)).subarray(0, 2 ** 20);
  reducer.push(Buffer.from("FATAL config: DATABASE_URL is not set\n"));
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  let most = 0;
  for (let sent = 0; sent < 128; sent += 1) {
    // A buffer of its own each time, as a socket gives them: whoever holds on to them holds all of it.
    for (let at = 0; at < mb.length; at += 65_536) reducer.push(Buffer.from(mb.subarray(at, at + 65_536)));
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    if (sent % 20 === 0) most = Math.max(most, arrayBuffers + heapUsed - before);
  }
  const { text, bytes } = reducer.end();

  expect(bytes).toBeGreaterThan(128 * 2 ** 20);
  expect(text).toContain("FATAL config: DATABASE_URL is not set");
  expect(most).toBeLessThan(90 * 2 ** 20);
});
